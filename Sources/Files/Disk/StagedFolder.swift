/// A folder that appears whole or not at all: filled under a temporary name beside its final one,
/// then renamed. Letting go without ``commit()`` removes it, and so does an interruption.
public final class StagedFolder {
    /// Where to write.
    public let path: String
    private let final: String
    private let lock: FolderLock?
    private var isCommitted = false

    /// Starts a folder that will stand at `path`, and removes what killed processes left there.
    /// - Parameter salvage: may move something out of each leftover, its first argument, into the
    ///   new folder, its second.
    /// - Throws: ``FileError`` when it cannot be made, or another process is making the same.
    public init(
        _ path: String, salvage: (_ leftover: String, _ folder: String) -> Void = { _, _ in }
    ) throws(FileError) {
        final = Self.trimmed(path)
        let own = Temporaries.name(for: final)
        self.path = own
        try FileSystem.makeFolder(FileSystem.parent(final))
        Temporaries.begin(own)
        do throws(FileError) {
            // Process numbers repeat: in containers nearly always.
            let before = "\(own)-before"
            try FileSystem.remove(before)
            if FileSystem.kind(own) == .folder {
                _ = try Self.lock(own)
                try FileSystem.rename(own, to: before)
            }
            try FileSystem.remove(own)
            try FileSystem.makeFolder(own)
            lock = try Self.lock(own)
            if FileSystem.kind(before) != nil { salvage(before, own) }
            try FileSystem.remove(before)
        } catch {
            Temporaries.end(own) {}
            throw error
        }
        Temporaries.sweep(beside: final) { salvage($0, own) }
    }

    /// Gives the folder its final name, where nothing but an empty folder may stand.
    public func commit() throws(FileError) {
        FileSystem.syncTree(path)
        try Temporaries.end(path) { () throws(FileError) in
            try FileSystem.move(path, to: final)
        }
        isCommitted = true
        FileSystem.syncFolder(of: final)
        // What the kernel still did for a process that was killed came after the first look.
        Temporaries.sweep(beside: final)
    }

    deinit {
        // The name may be another's by now.
        if isCommitted { return }
        Temporaries.end(path) {
            // Another process that helps may just have begun a file.
            for _ in 0..<10 where (try? FileSystem.remove(path)) == nil {}
        }
    }

    /// A slash at the end of a path must not put the temporary folder inside the final one.
    private static func trimmed(_ path: String) -> String {
        var trimmed = path
        while trimmed.count > 1, trimmed.hasSuffix("/") { trimmed.removeLast() }
        return trimmed
    }

    /// The lock that tells others that somebody lives here; nil on a file system without locks.
    private static func lock(_ path: String) throws(FileError) -> FolderLock? {
        let lock: FolderLock?
        do throws(FileError) { lock = try FolderLock(path) } catch { return nil }
        guard let lock else {
            throw .refused(
                operation: "write", path: path, reason: "another process is writing here")
        }
        return lock
    }
}
