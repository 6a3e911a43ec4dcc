internal import CambiumFiles

/// A model to serve: where it lies and what it is called.
public struct ModelSource: Sendable, Equatable {
    /// What lies there.
    public enum Kind: String, Sendable {
        /// A bundle: embeddings and classes.
        case bundle
        /// A model folder: embeddings only.
        case encoder
    }

    /// The name in paths.
    public let name: String
    /// The folder.
    public let path: String
    /// Bundle or plain encoder.
    public let kind: Kind

    /// A model under a name of letters, digits, `.`, `_` and `-`.
    /// - Throws: ``ServingError/setting(_:)``.
    public init(name: String, path: String, kind: Kind) throws(ServingError) {
        guard Self.isName(name) else {
            throw .setting(
                "\(shown(name)): a model's name has letters, digits, '.', '_' and '-' only; give "
                    + "NAME=\(shown(path))")
        }
        (self.name, self.path, self.kind) = (name, path, kind)
    }

    /// `PATH` (named by its last part) or `NAME=PATH`.
    public init(argument: String, kind: Kind) throws(ServingError) {
        let parts = argument.split(separator: "=", maxSplits: 1).map(String.init)
        if parts.count == 2, Self.isName(parts[0]), FileSystem.kind(argument) == nil {
            try self.init(name: parts[0], path: parts[1], kind: kind)
        } else {
            try self.init(name: FileSystem.name(argument), path: argument, kind: kind)
        }
    }

    private static func isName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 100 && !name.hasPrefix(".")
            && name.utf8.allSatisfy { byte in
                let letter = byte | 0x20
                return (0x61...0x7A).contains(letter) || (0x30...0x39).contains(byte)
                    || [0x2D, 0x2E, 0x5F].contains(byte)
            }
    }
}

/// What keeps a server from starting.
public enum ServingError: Error, Equatable, CustomStringConvertible {
    /// A setting that cannot be used.
    case setting(String)
    /// The address cannot be listened on.
    case address(String)

    /// The sentence shown to the user.
    public var description: String {
        switch self {
        case .setting(let reason), .address(let reason): reason
        }
    }
}
