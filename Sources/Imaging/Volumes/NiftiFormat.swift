/// NIfTI: a volume, whose slices are the pictures.
struct NiftiFormat: FormatReader {
    let fileExtension = "nii"

    func recognizes(_ bytes: UnsafeRawBufferPointer) -> Bool { NiftiPictures.recognizes(bytes) }

    /// Tells what is wrong with the volume, or that it is one.
    func decode(
        _ bytes: UnsafeRawBufferPointer, _ reading: ImageReading, frame: Int?,
        _ limits: ImageLimits
    ) throws(ImageError) -> DecodedImage {
        _ = try NiftiPictures.count(bytes, .axial)
        throw .volume(
            detail: "a NIfTI volume where a picture is expected; `cambium prepare` makes "
                + "slices of it")
    }

    func parts(
        of path: String, _ bytes: UnsafeRawBufferPointer, _ request: PartsRequest
    ) -> [PicturePart]? {
        let (plane, chosen) = (request.volumes.plane, request.volumes.slices)
        guard let count = try? NiftiPictures.count(bytes, plane) else { return nil }
        let slices = chosen.indices(of: count)
        guard !slices.isEmpty else {
            let reason =
                "\(count) \(plane.rawValue) slice\(count == 1 ? "" : "s"), none in \(chosen.text)"
            return [
                PicturePart(suffix: "", isSlice: true) { () throws(ImageError) in
                    throw .volume(detail: reason)
                }
            ]
        }
        let volume = SharedVolume(path, request.reading.intensity, uses: slices.count)
        return slices.map { index in
            PicturePart(suffix: PicturePart.suffix(plane.rawValue, index), isSlice: true) {
                () throws(ImageError) in try volume.image(index, request.volumes)
            }
        }
    }
}
