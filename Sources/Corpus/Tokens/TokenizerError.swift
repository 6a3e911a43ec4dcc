/// What can be wrong with a tokenizer's files.
public enum TokenizerError: Error, Equatable, CustomStringConvertible {
    /// A vocabulary file does not hold what the tokenizer needs.
    case malformed(path: String, reason: String)
    /// A context too short for the start and the end token.
    case contextTooShort(Int)

    /// The sentence shown to the user.
    public var description: String {
        switch self {
        case .malformed(let path, let reason):
            "\(path): not a CLIP vocabulary: \(reason)"
        case .contextTooShort(let length):
            "context length \(length): at least 2 expected (start and end token); "
                + "correct the model's CONTEXT_LENGTH"
        }
    }
}
