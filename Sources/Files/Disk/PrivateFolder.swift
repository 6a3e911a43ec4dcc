internal import Glibc

/// A folder for what nobody else shall see or keep: readable by its owner only, gone with the
/// value that stands for it, with an interruption, and after a kill when the next one is made.
public final class PrivateFolder: Sendable {
    /// Where it is.
    public let path: String
    private let lock: FolderLock?

    /// Makes a folder among the temporary files.
    /// - Parameter name: what its name begins with.
    public init(_ name: String) throws(FileError) {
        let parent = FileSystem.temporaryFolder
        Self.sweep(parent, name)
        var template = Array("\(parent)/\(name).private-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw SystemCall.failure("create a temporary folder", parent)
        }
        let made = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        path = made
        Temporaries.begin(made)
        do throws(FileError) { lock = try FolderLock(made) } catch { lock = nil }
    }

    deinit {
        let path = path
        Temporaries.end(path) { try? FileSystem.remove(path) }
    }

    /// Removes what killed processes of this user left; living ones hold a lock.
    private static func sweep(_ parent: String, _ name: String) {
        for entry in (try? FileSystem.names(in: parent)) ?? []
        where entry.hasPrefix("\(name).private-") {
            let path = "\(parent)/\(entry)"
            var status = stat()
            guard lstat(path, &status) == 0, status.st_uid == geteuid(),
                status.st_mode & S_IFMT == S_IFDIR,
                // Younger ones may not have their lock yet.
                time(nil) - status.st_mtim.tv_sec > 60,
                let lock = try? FolderLock(path)
            else { continue }
            try? FileSystem.remove(path)
            lock.release()
        }
    }
}
