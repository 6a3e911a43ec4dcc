internal import CambiumFiles

/// Digests that were computed before, by the identity of their files: a cache, in one file that
/// checks itself. One that is damaged is an empty one.
struct DigestStore {
    private static let magic = Array("cambium digests 1\n".utf8)
    private static let width = 72

    private(set) var digests: [FileIdentity: [UInt8]] = [:]

    init() {}

    init(_ path: String) {
        guard FileSystem.kind(path) == .file, let file = try? MappedFile(path) else { return }
        file.withBytes { bytes in
            let body = bytes.count - Self.magic.count - 64
            guard body >= 0, body.isMultiple(of: Self.width), bytes.starts(with: Self.magic)
            else { return }
            var sum = Digest()
            sum.update(UnsafeRawBufferPointer(rebasing: bytes[..<(bytes.count - 64)]))
            guard bytes[(bytes.count - 64)...].elementsEqual(sum.finish().utf8) else { return }
            digests.reserveCapacity(body / Self.width)
            for row in 0..<body / Self.width {
                let start = Self.magic.count + row * Self.width
                let words = (0..<5).map { word in
                    UInt64(
                        littleEndian: bytes.loadUnaligned(
                            fromByteOffset: start + 8 * word, as: UInt64.self))
                }
                digests[FileIdentity(words)] = Array(bytes[start + 40..<start + 72])
            }
        }
    }

    subscript(_ identity: FileIdentity) -> [UInt8]? {
        get { digests[identity] }
        set { digests[identity] = newValue }
    }

    func write(to path: String) throws(FileError) {
        var bytes = Self.magic
        bytes.reserveCapacity(bytes.count + digests.count * Self.width + 64)
        for (identity, digest) in digests {
            for word in identity.words {
                withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) }
            }
            bytes += digest
        }
        try FileSystem.write(bytes + Array(Digest.sha256(bytes).utf8), to: path)
    }
}
