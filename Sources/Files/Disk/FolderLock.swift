internal import Glibc

/// A folder that one process works in: a lock on the folder itself, which leaves no file behind
/// and ends with the process, however it ends.
public final class FolderLock: Sendable {
    private let descriptor: Int32

    /// Takes the lock; nil when another process holds it for longer than `patience` seconds.
    ///
    /// A process that was killed while it started another one leaves the lock to that one until it
    /// has died as well: who starts again at once waits a moment rather than being told of a run
    /// that is no more.
    public init?(_ path: String, patience: Double = 0) throws(FileError) {
        descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemCall.failure("open", path) }
        var left = Int(patience / 0.05)
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            let code = errno
            if code == EWOULDBLOCK, left > 0 {
                left -= 1
                usleep(50_000)
                continue
            }
            close(descriptor)
            if code == EWOULDBLOCK { return nil }
            throw SystemCall.failure("lock", path, code: code)
        }
    }

    /// Lets go; ending the process does the same.
    public func release() { flock(descriptor, LOCK_UN) }

    deinit { close(descriptor) }
}
