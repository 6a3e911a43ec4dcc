internal import Glibc

/// Parts of files, read without mapping them: what is read leaves no pages behind that count as
/// this process's memory.
public enum FileSlice {
    /// The bytes `range` of the file at `path`.
    /// - Throws: ``FileError`` when it cannot be read or ends before.
    public static func read(_ path: String, _ range: Range<Int>) throws(FileError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemCall.failure("open", path) }
        defer { close(descriptor) }
        var failure: FileError?
        let bytes = [UInt8](unsafeUninitializedCapacity: range.count) { buffer, filled in
            while filled < range.count {
                guard let start = buffer.baseAddress else { break }
                let count = pread(
                    descriptor, start + filled, range.count - filled, range.lowerBound + filled)
                if count > 0 {
                    filled += count
                } else if count == 0 {
                    failure = .refused(
                        operation: "read", path: path, reason: "it ends before it should")
                    break
                } else if errno != EINTR {
                    failure = SystemCall.failure("read", path)
                    break
                }
            }
        }
        if let failure { throw failure }
        return bytes
    }
}

/// What tells whether a file is still the one that was read: its size and its last change.
public struct FileStamp: Sendable, Equatable {
    /// Bytes.
    public let size: Int
    /// Nanoseconds since 1970.
    public let modified: Int

    /// A stamp that was stored.
    public init(size: Int, modified: Int) { (self.size, self.modified) = (size, modified) }

    /// The stamp of what stands at `path`; nil when nothing does.
    public init?(of path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        size = Int(status.st_size)
        modified = Int(status.st_mtim.tv_sec) * 1_000_000_000 + Int(status.st_mtim.tv_nsec)
    }
}
