import CambiumFiles
import CambiumImaging

/// The images of a folder as another program finds and names them.
struct CompatibleItems {
    let folder: String
    let walk: FolderWalk
    let compatibility: Compatibility
    /// Texts of the classes, where a configuration has them.
    let classText: ClassTextRule?
    let size: Int
    let quality: Int

    /// All of them in the byte order of their paths, which is Python's order of texts.
    func find() -> (items: [PrepareItem], passedOver: [Rejection]) {
        walk.items(item)
    }

    private func item(_ path: String) -> Result<PrepareItem, Unplaced> {
        guard path.hasSuffix(compatibility.ending) else {
            return .failure(Unplaced(reason: "not a \(compatibility.ending) file"))
        }
        guard path.oneLine == path else {
            return .failure(Unplaced(reason: "a control character in the path breaks a table"))
        }
        let folders = path.foldersOfPath
        let parent = FileSystem.name(folders.isEmpty ? folder : folders)
        guard
            let text = classText.map({ $0.text(folder: parent) })
                ?? compatibility.text(folder: parent)
        else { return .failure(Unplaced(reason: "no label for folder \(parent)")) }
        let file = "\(folder)/\(path)"
        let encode: PrepareItem.Encoder = { [size, quality] image throws(CorpusError) in
            try Self.encode(image, file, path, size, quality)
        }
        let item = PrepareItem(
            path: path,
            key: compatibility.key(folder: parent, name: FileSystem.name(path)),
            classText: text, classFolder: parent, outerFolders: folders.foldersOfPath,
            source: ItemSource(.file(file), encode: encode) { _ throws(CorpusError) in
                try FolderItems.read(file, key: path, ImageReading())
            })
        return .success(item)
    }

    /// The JPEG that Pillow writes of a file: the plain one, with the file's own comment.
    private static func encode(
        _ image: RGBImage, _ file: String, _ path: String, _ size: Int, _ quality: Int
    ) throws(CorpusError) -> [UInt8]? {
        let comment = try onFiles { () throws(FileError) in
            try MappedFile(file).withBytes(JPEGComment.last)
        }
        guard let comment else { return nil }
        do throws(ImageError) {
            let jpeg = try JPEGEncoder.encode(
                image.resized(width: size, height: size), quality: quality)
            return JPEGComment.inserting(comment, into: jpeg)
        } catch {
            throw .image(key: path, reason: error.description)
        }
    }
}
