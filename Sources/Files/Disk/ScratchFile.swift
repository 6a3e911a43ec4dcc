internal import Glibc

/// A file without a name for what does not have to be in memory: written at its end, read at any
/// place by any thread, gone with its owner.
public final class ScratchFile: @unchecked Sendable {
    // @unchecked: the descriptor never changes, and positioned reads and writes share no state.

    private let descriptor: Int32
    private let folder: String

    /// Makes a file in a folder.
    /// - Throws: ``FileError`` when the folder cannot be written to.
    public init(in folder: String) throws(FileError) {
        self.folder = folder
        var path = Array("\(folder)/.scratch-XXXXXX".utf8CString)
        descriptor = mkstemp(&path)
        guard descriptor >= 0 else { throw SystemCall.failure("create a temporary file", folder) }
        unlink(path)
    }

    deinit { close(descriptor) }

    /// Writes bytes at a place.
    public func write(_ bytes: [UInt8], at place: Int) throws(FileError) {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { raw in
                raw.baseAddress.map {
                    pwrite(descriptor, $0 + done, raw.count - done, place + done)
                }
                    ?? 0
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw SystemCall.failure("write a temporary file", folder) }
            done += count
        }
    }

    /// Reads bytes that were written.
    public func read(_ range: Range<Int>) throws(FileError) -> [UInt8] {
        var failed = false
        let bytes = [UInt8](unsafeUninitializedCapacity: range.count) { buffer, filled in
            while filled < range.count, !failed {
                let count =
                    buffer.baseAddress.map {
                        pread(
                            descriptor, $0 + filled, range.count - filled,
                            range.lowerBound + filled)
                    } ?? 0
                if count > 0 {
                    filled += count
                } else if count == 0 || errno != EINTR {
                    failed = true
                }
            }
        }
        if failed { throw SystemCall.failure("read a temporary file", folder) }
        return bytes
    }
}
