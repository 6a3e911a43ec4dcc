/// What libtorch refused, or what a file of tensors lacks, worded for the person who has to act.
public enum TorchError: Error, Equatable, CustomStringConvertible {
    /// An operator threw: its schema name, the shapes it was given, libtorch's own message.
    case operation(name: String, arguments: String, message: String)
    /// A device was asked for that this machine or build does not have.
    case device(name: String, reason: String)
    /// A tensor file is not what it claims to be.
    case file(path: String, reason: String)
    /// A set of tensors does not fit a model: every missing, unexpected and mis-shaped name.
    case mismatch(path: String, problems: [String])

    /// The sentence shown to the user.
    public var description: String {
        switch self {
        case .operation(let name, let arguments, let message):
            "\(name)(\(arguments)): \(message)"
        case .device(let name, let reason):
            "device \(name): \(reason)"
        case .file(let path, let reason):
            "\(path): \(reason)"
        case .mismatch(let path, let problems):
            "\(path): does not fit the model: " + Self.list(problems)
        }
    }

    private static func list(_ problems: [String]) -> String {
        let shown = problems.prefix(20).joined(separator: "; ")
        return problems.count > 20 ? "\(shown); and \(problems.count - 20) more" : shown
    }
}
