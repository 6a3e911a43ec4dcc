/// A file that something was made of, and what it held then.
public struct InputFile: Sendable, Equatable {
    /// The path as it was given.
    public let path: String
    /// The SHA-256 digest of its bytes, lower-case hexadecimal.
    public let sha256: String

    /// A file whose digest is known.
    public init(path: String, sha256: String) {
        self.path = path
        self.sha256 = sha256
    }

    /// Reads the file to digest it.
    public init(file path: String) throws(FileError) {
        self.init(path: path, sha256: try Digest.sha256(file: path))
    }

    /// What ``json`` holds; nil for anything else.
    public init?(json: JSON?) {
        guard let path = json?["path"]?.string, let digest = json?["sha256"]?.string else {
            return nil
        }
        self.init(path: path, sha256: digest)
    }

    /// `{"path": ..., "sha256": ...}`.
    public var json: JSON { ["path": .string(path), "sha256": .string(sha256)] }
}
