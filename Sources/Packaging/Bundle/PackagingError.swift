/// Why a bundle cannot be made or does not load.
public enum PackagingError: Error, Equatable, CustomStringConvertible {
    /// A bundle's bytes are not what its manifest says.
    case damaged(path: String, reason: String)
    /// The parts of a bundle do not belong together.
    case mismatch(String)
    /// Something stands where the bundle should go.
    case occupied(path: String)

    /// The sentence shown to the user.
    public var description: String {
        switch self {
        case .damaged(let path, let reason):
            "\(path): \(reason); the bundle is damaged or was changed: copy or package it again"
        case .mismatch(let reason): reason
        case .occupied(let path):
            "\(path): exists already; name another output or remove it first"
        }
    }
}
