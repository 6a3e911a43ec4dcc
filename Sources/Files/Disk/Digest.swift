internal import CCambiumCrypto

/// SHA-256 digests as lower-case hexadecimal, as `sha256sum` prints them; computed by OpenSSL's
/// libcrypto.
public struct Digest: ~Copyable {
    /// How many bytes a digest has.
    private static let size = 32

    private let context: OpaquePointer

    /// An empty digest to feed piece by piece.
    public init() {
        guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1
        else { preconditionFailure("libcrypto has no SHA-256 or no memory is left") }
        self.context = context
    }

    deinit { EVP_MD_CTX_free(context) }

    /// Adds bytes.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        let isAdded = EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) == 1
        precondition(isAdded, "libcrypto takes no more bytes")
    }

    /// The digest of all bytes added.
    public consuming func finish() -> String {
        var digest = [UInt8](repeating: 0, count: Self.size)
        let isDone = EVP_DigestFinal_ex(context, &digest, nil) == 1
        precondition(isDone, "libcrypto gives no digest")
        return Self.hex(digest)
    }

    /// The digest of bytes in memory.
    public static func sha256(_ bytes: [UInt8]) -> String {
        var digest = Digest()
        bytes.withUnsafeBytes { digest.update($0) }
        return digest.finish()
    }

    /// The digest of a file, read through a mapping.
    public static func sha256(file path: String) throws(FileError) -> String {
        let file = try MappedFile(path)
        var digest = Digest()
        file.withBytes { digest.update($0) }
        return digest.finish()
    }

    private static func hex(_ digest: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for byte in digest {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
