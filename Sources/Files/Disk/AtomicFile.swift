internal import Glibc

/// A file that appears whole or not at all: written under a temporary name beside its final
/// one, synced, renamed. Letting go without `commit()` removes what was written.
public struct AtomicFile: ~Copyable {
    private let path: String
    private let temporary: String
    private let descriptor: Int32
    private var buffer: [UInt8] = []
    private static let capacity = 1 << 18

    /// Bytes written so far, buffered ones included.
    public private(set) var count = 0

    /// Starts a file that will stand at `path`.
    public init(_ path: String) throws(FileError) {
        self.path = path
        temporary = Temporaries.name(for: path)
        Temporaries.begin(temporary)
        descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            let failure = SystemCall.failure("create", path)
            Temporaries.end(temporary) {}
            throw failure
        }
        // Held while this process lives: what it writes is not taken for a dead one's.
        flock(descriptor, LOCK_EX | LOCK_NB)
        buffer.reserveCapacity(Self.capacity)
    }

    /// Appends bytes.
    public mutating func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
        count += bytes.count
        if buffer.count + bytes.count <= Self.capacity {
            buffer.append(contentsOf: bytes)
            return
        }
        try flush()
        if bytes.count < Self.capacity {
            buffer.append(contentsOf: bytes)
        } else {
            try drain(bytes)
        }
    }

    /// Appends bytes.
    public mutating func write(_ bytes: [UInt8]) throws(FileError) {
        var failure: FileError?
        bytes.withUnsafeBytes { raw in
            do throws(FileError) { try write(raw) } catch { failure = error }
        }
        if let failure { throw failure }
    }

    /// Appends text as UTF-8.
    public mutating func write(_ text: String) throws(FileError) {
        try write(Array(text.utf8))
    }

    /// Syncs the bytes to the device. Files that belong together are all settled before the
    /// first is committed, so that a full device leaves none of them.
    public mutating func settle() throws(FileError) {
        try flush()
        guard fsync(descriptor) == 0 else { throw SystemCall.failure("sync", path) }
    }

    /// Syncs the bytes to the device and gives the file its final name.
    public consuming func commit() throws(FileError) {
        try settle()
        let (temporary, path) = (temporary, path)
        try Temporaries.end(temporary) { () throws(FileError) in
            guard rename(temporary, path) == 0 else { throw SystemCall.failure("rename", path) }
        }
        FileSystem.syncFolder(of: path)
    }

    deinit {
        close(descriptor)
        let temporary = temporary
        Temporaries.end(temporary) { unlink(temporary) }
    }

    private mutating func flush() throws(FileError) {
        var failure: FileError?
        buffer.withUnsafeBytes { raw in
            do throws(FileError) { try drain(raw) } catch { failure = error }
        }
        buffer.removeAll(keepingCapacity: true)
        if let failure { throw failure }
    }

    private func drain(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
        var rest = bytes
        while let start = rest.baseAddress, rest.count > 0 {
            let written = Glibc.write(descriptor, start, rest.count)
            if written < 0 {
                if errno == EINTR { continue }
                throw SystemCall.failure("write", path)
            }
            rest = UnsafeRawBufferPointer(rebasing: rest[written...])
        }
    }
}
