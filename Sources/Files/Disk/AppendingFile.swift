internal import Glibc

/// A log that grows: every append reaches the file whole before the call returns, so a reader
/// or a crash sees complete records only.
public final class AppendingFile {
    private let path: String
    private let descriptor: Int32

    /// Opens a file for appending, making it when it is missing.
    public init(_ path: String) throws(FileError) {
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw SystemCall.failure("open", path) }
    }

    deinit { close(descriptor) }

    /// Appends bytes in one write.
    public func append(_ bytes: [UInt8]) throws(FileError) {
        let written = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        guard written == bytes.count else {
            throw SystemCall.failure("write", path, code: written < 0 ? errno : ENOSPC)
        }
    }
}
