import Files
import Imaging

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
        let reader = Self.reader(folder, reading)
        return walk.items { item($0, reader) }
    }

    private func item(
        _ path: String, _ reader: @escaping PrepareItem.Reader
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
                path: path, place: .folder(folder), key: ImageKey.encode(key), classText: text,
                classFolder: String(folders[place]), outerFolders: outer.joined(separator: "/"),
                reader: reader))
    }

    /// Reads the file that an item names; made once for all of them.
    static func reader(_ folder: String, _ reading: ImageReading) -> PrepareItem.Reader {
        { item throws(CorpusError) in
            try read("\(folder)/\(item.path)", key: item.path, reading)
        }
    }

    /// Reads an image file, or one frame of it, counted from 0.
    static func read(
        _ file: String, key: String, _ reading: ImageReading, frame: Int? = nil
    ) throws(CorpusError) -> (image: RGBImage, warning: String?) {
        let mapped: MappedFile
        do throws(FileError) {
            mapped = try MappedFile(file)
        } catch {
            throw .image(key: key, reason: "cannot be read: \(error)")
        }
        do throws(ImageError) {
            let decoded = try mapped.withBytes { bytes throws(ImageError) in
                try ImageDecoder.decode(bytes, reading: reading, frame: frame)
            }
            return (decoded.image, decoded.warning)
        } catch {
            throw .image(key: key, reason: error.description)
        }
    }
}
