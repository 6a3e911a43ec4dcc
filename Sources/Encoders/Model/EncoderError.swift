/// What can be wrong with a model's description, folder or input.
public enum EncoderError: Error, Equatable, CustomStringConvertible {
    /// The architecture's description: file and reason.
    case configuration(path: String, reason: String)
    /// A model folder lacks something: where, what, what to do.
    case folder(path: String, reason: String)
    /// A file of weights that the model cannot use: where and why.
    case weights(path: String, reason: String)
    /// Token ids that the text encoder cannot take.
    case tokens(String)

    /// The sentence shown to the user.
    public var description: String {
        switch self {
        case .configuration(let path, let reason): "\(path): \(reason)"
        case .folder(let path, let reason): "\(path): \(reason)"
        case .weights(let path, let reason): "\(path): \(reason)"
        case .tokens(let reason): reason
        }
    }
}
