import CambiumFiles
import Glibc

/// Where a data set may go.
enum OutputPlace {
    /// Nothing is ever overwritten.
    static func refuseOverwriting(_ path: String) throws(CorpusError) {
        switch FileSystem.kind(path) {
        case nil where !FileSystem.isLink(path): return
        case .folder:
            let names = try onFiles { () throws(FileError) in try FileSystem.names(in: path) }
            if names.isEmpty, !FileSystem.isLink(path) { return }
        default: break
        }
        throw .argument("\(path): exists already; name another output or remove it first")
    }

    /// What is written must not be found by the walk that reads.
    static func refuseNesting(_ path: String, in folder: String) throws(CorpusError) {
        guard let outer = real(folder) else { return }
        var parent = path
        while FileSystem.kind(parent) == nil, FileSystem.parent(parent) != parent {
            parent = FileSystem.parent(parent)
        }
        guard let inner = real(parent) else { return }
        if inner == outer || inner.hasPrefix(outer == "/" ? "/" : "\(outer)/") {
            throw .argument("\(path): lies in \(folder), which is read; name an output elsewhere")
        }
    }

    private static func real(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
