internal import Glibc

/// A file mapped read-only into memory; unmapped when the owner lets go.
///
/// Reading is bounded by construction: every access goes through ``withBytes(_:)``, whose count
/// is the file's size when it was opened.
public final class MappedFile: @unchecked Sendable {
    // @unchecked: the mapping is read-only and its address and length never change.

    /// The path it was opened from, for messages.
    public let path: String
    private let bytes: UnsafeRawBufferPointer

    /// Size in bytes.
    public var count: Int { bytes.count }

    /// Calls `body` with the file's bytes, which must not outlive the call.
    public func withBytes<Result: ~Copyable, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        // Swift may end an object's life at its last use, before a pointer taken from it is read.
        defer { withExtendedLifetime(self) {} }
        return try body(bytes)
    }

    /// Maps the file at `path`.
    /// - Throws: ``FileError`` when the path is missing, not a regular file, or unreadable.
    public init(_ path: String) throws(FileError) {
        self.path = path
        // Opening a pipe would otherwise wait for its writer.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw SystemCall.failure("open", path) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw SystemCall.failure("inspect", path) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw .refused(operation: "read", path: path, reason: "not a regular file")
        }
        let count = Int(status.st_size)
        guard count > 0 else {
            bytes = UnsafeRawBufferPointer(start: nil, count: 0)
            return
        }
        guard let address = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0),
            address != MAP_FAILED
        else { throw SystemCall.failure("map", path) }
        bytes = UnsafeRawBufferPointer(start: address, count: count)
    }

    deinit {
        if let address = bytes.baseAddress {
            munmap(UnsafeMutableRawPointer(mutating: address), bytes.count)
        }
    }
}
