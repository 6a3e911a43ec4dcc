import CambiumFiles
import CambiumImaging

/// NIfTI files among the images that were found: each becomes its slices, `NAME.nii.gz#axial_0001`
/// and on.
///
/// Files are told by their content; those named like a JPEG or PNG are not looked into.
struct NiftiItems {
    let reading: ImageReading
    let volumes: VolumeReading

    /// The images with volumes cut into slices, in the same order.
    func resolved(_ items: [PrepareItem]) -> [PrepareItem] {
        items.flatMap { item in
            guard let file = item.file, !DicomItems.isNamedPicture(file),
                let count = Self.count(file, volumes.plane)
            else { return [item] }
            return slices(item, file, count)
        }
    }

    /// The slices of a volume, nil for anything else. A volume that cannot be read stays as it is:
    /// reading it later says why.
    private static func count(_ path: String, _ plane: Plane) -> Int? {
        guard let file = try? MappedFile(path) else { return nil }
        return file.withBytes { bytes in
            NiftiPictures.recognizes(bytes) ? try? NiftiPictures.count(bytes, plane) : nil
        }
    }

    private func slices(_ item: PrepareItem, _ file: String, _ count: Int) -> [PrepareItem] {
        let chosen = volumes.slices.indices(of: count)
        guard !chosen.isEmpty else {
            let reason =
                "\(count) \(volumes.plane.rawValue) slice\(count.ending), none in "
                + "\(volumes.slices.text)"
            return [
                item.part(file, "", isOneOfSeveral: false) { item throws(CorpusError) in
                    throw .image(key: item.path, reason: reason)
                }
            ]
        }
        let volume = SharedVolume(
            file, key: item.path, reading.intensity, uses: chosen.count)
        return chosen.map { index in
            let slice = item.part(
                file, suffix(index), isOneOfSeveral: chosen.count > 1
            ) { [volumes] _ throws(CorpusError) in try volume.image(index, volumes) }
            slice.isVolume = true
            return slice
        }
    }

    /// What a slice, counted from 0, adds to its file's key: `#axial_0001` is the first.
    private func suffix(_ index: Int) -> String {
        "#\(volumes.plane.rawValue)_\((index + 1).fourDigits)"
    }
}
