import CambiumFiles
import CambiumImaging

/// The images of a folder of class folders.
struct FolderItems {
    let folder: String
    let walk: FolderWalk
    let classText: ClassTextRule
    let reading: ImageReading

    /// All of them in the byte order of their paths. Decoding decides later which files are
    /// images; here only their place counts.
    func find() throws(CorpusError) -> (items: [PrepareItem], passedOver: [Rejection]) {
        guard !walk.files.isEmpty else {
            throw .dataSet(
                path: folder,
                reason: "an empty folder; it must hold one folder a class with JPEG, PNG, "
                    + "DICOM or NIfTI images")
        }
        let source = Self.source(folder, reading)
        return walk.items { item($0, source) }
    }

    private func item(
        _ path: String, _ source: ItemSource
    ) -> Result<PrepareItem, Unplaced> {
        let parts = path.split(separator: "/")
        let folders = Array(parts.dropLast())
        guard let parent = folders.last else {
            return .failure(Unplaced(reason: "not in a class folder"))
        }
        guard let place = classText.classFolder(of: folders),
            let text = classText.text(folder: String(folders[place]))
        else { return .failure(Unplaced(reason: "no label for folder \(parent)")) }
        let key = place == 0 ? path : parts[place...].joined(separator: "/")
        let outer = folders.enumerated().filter { $0.offset != place }.map(\.element)
        return .success(
            PrepareItem(
                path: path, key: ImageKey.encode(key), classText: text,
                classFolder: String(folders[place]), outerFolders: outer.joined(separator: "/"),
                source: source))
    }

    /// Reads the files that items name, below a folder; made once for all of them.
    static func source(_ folder: String, _ reading: ImageReading) -> ItemSource {
        ItemSource(.folder(folder)) { item throws(CorpusError) in
            try read("\(folder)/\(item.path)", key: item.path, reading)
        }
    }

    /// Reads an image file.
    static func read(
        _ file: String, key: String, _ reading: ImageReading
    ) throws(CorpusError) -> (image: RGBImage, warning: String?) {
        let mapped: MappedFile
        do throws(FileError) {
            mapped = try MappedFile(file)
        } catch {
            throw .image(key: key, reason: "cannot be read: \(error)")
        }
        do throws(ImageError) {
            let decoded = try mapped.withBytes { bytes throws(ImageError) in
                try ImageDecoder.decode(bytes, reading: reading)
            }
            return (decoded.image, decoded.warning)
        } catch {
            throw .image(key: key, reason: error.description)
        }
    }
}
