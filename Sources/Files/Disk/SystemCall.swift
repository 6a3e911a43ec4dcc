internal import Glibc

/// The system's own sentence for the current `errno`, and the error that fits it.
enum SystemCall {
    static func failure(_ operation: String, _ path: String, code: Int32 = errno) -> FileError {
        switch code {
        case ENOENT: .missing(path: path)
        case ENOSPC, EDQUOT: .full(path: path)
        default:
            .refused(
                operation: operation, path: path,
                reason: String(cString: strerror(code)) + (advice(code).map { "; \($0)" } ?? ""))
        }
    }

    /// What to do, where the system's sentence leaves it open.
    private static func advice(_ code: Int32) -> String? {
        switch code {
        case EACCES, EPERM: "check its owner and permissions"
        case EROFS: "name an output elsewhere"
        case EFBIG:
            "larger than this process or the file system allows; raise the limit (ulimit -f) or "
                + "write elsewhere"
        case EMFILE, ENFILE: "too many are open; raise the limit (ulimit -n)"
        default: nil
        }
    }
}
