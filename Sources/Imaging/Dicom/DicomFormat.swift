internal import CambiumFiles

/// DICOM: its elements are read here, its frames are the pictures.
package struct DicomFormat: FormatReader {
    let fileExtension = "dcm"

    func recognizes(_ bytes: UnsafeRawBufferPointer) -> Bool { DicomFile.recognizes(bytes) }

    func decode(
        _ bytes: UnsafeRawBufferPointer, _ reading: ImageReading, frame: Int?,
        _ limits: ImageLimits
    ) throws(ImageError) -> DecodedImage {
        try limits.check(bytes: bytes.count)
        return try DicomImage.decode(bytes, frame: frame, reading.intensity, limits)
    }

    func parts(
        of path: String, _ bytes: UnsafeRawBufferPointer, _ request: PartsRequest
    ) -> [PicturePart]? {
        let frames = (try? DicomImage.summary(bytes))?.frames ?? 1
        guard frames > 1 else { return nil }
        return (0..<frames).map { frame in
            PicturePart(suffix: Self.suffix(frame)) { () throws(ImageError) in
                try Self.read(path, frame, request.reading)
            }
        }
    }

    private static func read(
        _ path: String, _ frame: Int, _ reading: ImageReading
    ) throws(ImageError) -> PicturePart.Picture {
        let file: MappedFile
        do throws(FileError) { file = try MappedFile(path) } catch {
            throw .unreadable(detail: "cannot be read: \(error)")
        }
        let decoded = try file.withBytes { bytes throws(ImageError) in
            try ImageDecoder.decode(bytes, reading: reading, frame: frame)
        }
        return (decoded.image, decoded.warning)
    }

    /// What a frame, counted from 0, adds to its file's name: `#frame_0001` is the first.
    package static func suffix(_ frame: Int) -> String { PicturePart.suffix("frame", frame) }
}
