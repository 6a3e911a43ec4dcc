/// What stands at a path, in short. Of a file it is the SHA-256 of its bytes; of a folder that of
/// the lines `SHA256  NAME`, sorted by name, as `find . -type f` and `sha256sum` would list them.
public struct PathDigest: Codable, Sendable, Equatable {
    /// SHA-256 in hexadecimal.
    public let sha256: String
    /// Bytes of all files.
    public let bytes: Int
    /// How many files.
    public let files: Int

    /// A digest.
    public init(_ sha256: String, bytes: Int, files: Int) {
        (self.sha256, self.bytes, self.files) = (sha256, bytes, files)
    }
}
