/// A file that something was made of, and what it held then.
public struct InputFile: Codable, Sendable, Equatable {
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
}
