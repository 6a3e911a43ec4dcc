import CambiumFiles

/// Everything below a folder, in the byte order of the paths, whatever the file system's order.
struct FolderWalk {
    /// Paths of the files, relative to the folder.
    private(set) var files: [String] = []
    /// What was passed over (`path`, why): hidden names, links to folders, unreadable folders.
    private(set) var passedOver: [(path: String, reason: String)] = []

    private static let deepest = 64

    /// Walks a folder.
    /// - Throws: when the folder itself is missing, no folder, or cannot be listed.
    init(_ folder: String) throws(CorpusError) {
        switch FileSystem.kind(folder) {
        case nil: throw .argument("\(folder): no such folder; check the path")
        case .folder: break
        default: throw .argument("\(folder): not a folder; give the folder of the images")
        }
        let names = try onFiles { () throws(FileError) in try FileSystem.names(in: folder) }
        visit(names, below: "", in: folder, depth: 0)
        // Paths, not names: "a b/x" stands before "a/x" as it does in a sorted list of paths.
        files.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        passedOver.sort { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    }

    private mutating func visit(_ names: [String], below: String, in folder: String, depth: Int) {
        for name in names {
            let path = below + name
            if name.hasPrefix(".") {
                passedOver.append((path, "hidden"))
                continue
            }
            switch FileSystem.kind("\(folder)/\(path)") {
            case .file: files.append(path)
            case .folder: enter(path, in: folder, depth: depth)
            case .other: passedOver.append((path, "neither a file nor a folder"))
            case nil: passedOver.append((path, "a broken link, or a name that is not UTF-8"))
            }
        }
    }

    private mutating func enter(_ path: String, in folder: String, depth: Int) {
        guard !FileSystem.isLink("\(folder)/\(path)") else {
            passedOver.append((path, "a link to a folder, not followed"))
            return
        }
        guard depth < Self.deepest else {
            passedOver.append((path, "deeper than \(Self.deepest) folders"))
            return
        }
        do throws(FileError) {
            let names = try FileSystem.names(in: "\(folder)/\(path)")
            visit(names, below: "\(path)/", in: folder, depth: depth + 1)
        } catch {
            passedOver.append((path, "cannot be listed"))
        }
    }
}

extension FolderWalk {
    /// The images that `place` makes of the files, in their order; files that it does not place are
    /// passed over with its reason.
    func items(
        _ place: (String) -> Result<PrepareItem, Unplaced>
    ) -> (items: [PrepareItem], passedOver: [Rejection]) {
        var items: [PrepareItem] = []
        var passedOver = passedOver.map { Rejection(path: $0.path, reason: $0.reason) }
        for path in files {
            switch place(path) {
            case .success(let item): items.append(item)
            case .failure(let unplaced):
                passedOver.append(Rejection(path: path, reason: unplaced.reason))
            }
        }
        return (items, passedOver)
    }
}

/// Why a file is no image of the data set.
struct Unplaced: Error {
    let reason: String
}
