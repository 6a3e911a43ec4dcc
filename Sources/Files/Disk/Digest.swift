internal import Crypto

/// SHA-256 digests as lower-case hexadecimal, as `sha256sum` prints them.
public struct Digest: ~Copyable {
    private var state = SHA256()

    /// An empty digest to feed piece by piece.
    public init() {}

    /// Adds bytes.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        state.update(bufferPointer: bytes)
    }

    /// The digest of all bytes added.
    public consuming func finish() -> String { Self.hex(state.finalize()) }

    /// The digest of bytes in memory.
    public static func sha256(_ bytes: [UInt8]) -> String {
        hex(SHA256.hash(data: bytes))
    }

    /// The digest of a file, read through a mapping.
    public static func sha256(file path: String) throws(FileError) -> String {
        let file = try MappedFile(path)
        var digest = Digest()
        file.withBytes { digest.update($0) }
        return digest.finish()
    }

    private static func hex(_ digest: SHA256.Digest) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for byte in digest {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
