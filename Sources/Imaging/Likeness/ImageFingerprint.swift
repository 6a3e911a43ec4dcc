/// What is kept of a picture to find its duplicates: the hash of its pixels and a thumbnail.
public struct ImageFingerprint: Sendable, Equatable {
    /// Bytes of its stored form.
    public static let count = 16 + GreyThumbnail.count
    /// Equal for equal pixels.
    public let pixels: PixelHash
    /// What near duplicates are told by.
    public let thumbnail: GreyThumbnail

    /// A fingerprint by its parts.
    public init(pixels: PixelHash, thumbnail: GreyThumbnail) {
        (self.pixels, self.thumbnail) = (pixels, thumbnail)
    }

    /// The fingerprint of a decoded picture.
    public init(_ image: RGBImage) {
        self.init(pixels: PixelHash(image), thumbnail: GreyThumbnail(image))
    }

    /// The stored form: both hashes, little-endian, and the thumbnail's levels.
    public var bytes: [UInt8] {
        let hashes = [pixels.high, pixels.low].flatMap { hash in
            (0..<8).map { UInt8(truncatingIfNeeded: hash >> UInt64(8 * $0)) }
        }
        return hashes + thumbnail.levels
    }

    /// Reads the stored form.
    /// - Precondition: `bytes` holds ``count`` bytes.
    public init(bytes: UnsafeRawBufferPointer) {
        precondition(bytes.count == Self.count, "a fingerprint has a fixed size")
        let hashes = (0..<2).map {
            UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8 * $0, as: UInt64.self))
        }
        self.init(
            pixels: PixelHash(high: hashes[0], low: hashes[1]),
            thumbnail: GreyThumbnail(levels: Array(bytes.dropFirst(16))))
    }
}
