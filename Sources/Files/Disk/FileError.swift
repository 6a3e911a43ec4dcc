/// What can go wrong between Cambium and the file system, worded for the person who has to act.
public enum FileError: Error, Equatable, CustomStringConvertible {
    /// The path does not exist.
    case missing(path: String)
    /// The system refused an operation: its name, the path and the system's own reason.
    case refused(operation: String, path: String, reason: String)
    /// The device has no room left; nothing was kept under the final name.
    case full(path: String)
    /// The content is not what the reader needs: where, what was found, what to do.
    case malformed(path: String, reason: String)

    /// The sentence shown to the user.
    public var description: String {
        switch self {
        case .missing(let path):
            "\(path): no such file or folder; check the path"
        case .refused(let operation, let path, let reason):
            "\(path): cannot \(operation): \(reason)"
        case .full(let path):
            "\(path): no space left on the device; free some space or write elsewhere "
                + "(nothing was kept under this name)"
        case .malformed(let path, let reason):
            "\(path): \(reason)"
        }
    }
}
