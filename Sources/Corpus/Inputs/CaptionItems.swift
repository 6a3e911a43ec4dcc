import CambiumFiles
import CambiumImaging

/// The images of a folder in which the text beside each one, `NAME.txt` beside `NAME.png`, is its
/// caption.
struct CaptionItems {
    let folder: String
    let walk: FolderWalk
    let classText: ClassTextRule
    let reading: ImageReading

    private static let longest = 1 << 16

    /// Whether most of the files that are no texts have a text of the same name beside them.
    static func fits(_ walk: FolderWalk) -> Bool {
        let texts = stems(walk)
        guard !texts.isEmpty else { return false }
        let others = walk.files.filter { !isText($0) }
        return 2 * others.count { texts.contains(stem($0)) } > others.count
    }

    /// All of them in the byte order of their paths.
    func find(
        onError: OnError
    ) throws(CorpusError) -> (items: [PrepareItem], passedOver: [Rejection]) {
        let texts = Self.stems(walk)
        let images = Set(walk.files.filter { !Self.isText($0) }.map(Self.stem))
        let source = FolderItems.source(folder, reading)
        var items: [PrepareItem] = []
        var passedOver = walk.passedOver.map { Rejection(path: $0.path, reason: $0.reason) }
        for path in walk.files {
            let stem = Self.stem(path)
            if Self.isText(path) {
                guard !images.contains(stem) else { continue }
                passedOver.append(
                    Rejection(path: path, reason: "a caption without an image of its name"))
            } else if texts.contains(stem) {
                switch item(path, caption: "\(stem).txt", source) {
                case .success(let item): items.append(item)
                case .failure(let unusable):
                    guard onError == .reject else {
                        throw .image(key: path, reason: unusable.reason)
                    }
                    passedOver.append(Rejection(path: path, reason: unusable.reason))
                }
            } else {
                passedOver.append(
                    Rejection(path: path, reason: "no caption; there is no \(stem).txt"))
            }
        }
        return (items, passedOver)
    }

    private struct Unusable: Error {
        let reason: String
    }

    private func item(
        _ path: String, caption: String, _ source: ItemSource
    ) -> Result<PrepareItem, Unusable> {
        Result { () throws(Unusable) in
            let written = try text("\(folder)/\(caption)", caption)
            guard let text = classText.text(ofCell: written) else {
                throw Unusable(reason: "no label for \(shown(written))")
            }
            let item = PrepareItem(
                path: path, key: ImageKey.encode(path), classText: text,
                classFolder: "",
                outerFolders: path.foldersOfPath, source: source)
            item.isCaption = true
            return item
        }
    }

    private func text(_ file: String, _ name: String) throws(Unusable) -> String {
        let size: Int
        let content: String
        do throws(FileError) {
            size = try FileSystem.size(file)
            content = size <= Self.longest ? try FileSystem.readText(file) : ""
        } catch {
            throw Unusable(reason: "the caption cannot be read: \(error)")
        }
        guard size <= Self.longest else {
            throw Unusable(reason: "the caption \(name) is longer than 64 KiB")
        }
        let text = content.oneLine.trimmedSpace
        guard !text.isEmpty else { throw Unusable(reason: "the caption \(name) is empty") }
        return text
    }

    private static func stems(_ walk: FolderWalk) -> Set<String> {
        Set(walk.files.filter(isText).map(stem))
    }

    private static func isText(_ path: String) -> Bool { path.hasSuffix(".txt") }

    /// A path without the ending of its name.
    private static func stem(_ path: String) -> String {
        guard let dot = path.lastIndex(of: "."), !path[dot...].contains("/") else { return path }
        return String(path[..<dot])
    }
}
