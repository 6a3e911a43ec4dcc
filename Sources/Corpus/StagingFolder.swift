import Files
import Glibc

/// A folder that appears whole or not at all: filled under a temporary name beside its final one,
/// then renamed. Letting go without ``commit()`` removes it.
final class StagingFolder {
    /// Where to write.
    let path: String
    private let final: String

    /// Starts a folder that will stand at `path`, where nothing but an empty folder may be.
    init(_ path: String) throws(CorpusError) {
        var trimmed = path
        while trimmed.count > 1, trimmed.hasSuffix("/") { trimmed.removeLast() }
        try Self.refuseOverwriting(trimmed)
        let temporary = "\(trimmed).partial-\(getpid())"
        final = trimmed
        self.path = temporary
        try onFiles { () throws(FileError) in
            try FileSystem.remove(temporary)
            try FileSystem.makeFolder(temporary)
        }
    }

    /// Gives the folder its final name.
    func commit() throws(CorpusError) {
        try Self.refuseOverwriting(final)
        try onFiles { () throws(FileError) in try FileSystem.rename(path, to: final) }
    }

    deinit { try? FileSystem.remove(path) }

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
