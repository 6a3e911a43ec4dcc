internal import Glibc

/// A folder that one process works in: a lock on the folder itself, which leaves no file behind
/// and ends with the process, however it ends.
public final class FolderLock {
    private let descriptor: Int32

    /// Takes the lock; nil when another process holds it.
    public init?(_ path: String) throws(FileError) {
        descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemCall.failure("open", path) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            close(descriptor)
            if code == EWOULDBLOCK { return nil }
            throw SystemCall.failure("lock", path, code: code)
        }
    }

    /// Lets go; ending the process does the same.
    public func release() { flock(descriptor, LOCK_UN) }

    deinit { close(descriptor) }
}
