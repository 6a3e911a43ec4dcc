internal import Glibc

/// The system's own sentence for the current `errno`, and the error that fits it.
enum SystemCall {
    static func failure(_ operation: String, _ path: String, code: Int32 = errno) -> FileError {
        switch code {
        case ENOENT: .missing(path: path)
        case ENOSPC, EDQUOT: .full(path: path)
        default: .refused(operation: operation, path: path, reason: String(cString: strerror(code)))
        }
    }
}
