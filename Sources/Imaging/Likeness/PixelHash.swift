/// 128 bits that stand for the exact pixels of a picture: width, height and every byte.
///
/// Eight lanes take eight bytes a step by exclusive or, an odd factor and a shift, each of which
/// loses nothing; both halves of the hash are mixed from all lanes by splitmix64's finalizer. Made
/// for speed (some 10 GB/s) and for pictures that nobody forged: it is not cryptographic.
public struct PixelHash: Sendable, Hashable {
    /// The first half.
    public let high: UInt64
    /// The second half.
    public let low: UInt64

    /// A hash by its parts.
    public init(high: UInt64, low: UInt64) { (self.high, self.low) = (high, low) }

    /// The hash of a picture.
    public init(_ image: RGBImage) {
        var lanes = Lanes(seed: Self.mix(UInt64(image.width) << 32 | UInt64(image.height)))
        image.pixels.withUnsafeBytes { bytes in
            let whole = bytes.count / Lanes.step * Lanes.step
            for place in stride(from: 0, to: whole, by: Lanes.step) { lanes.add(bytes, at: place) }
            guard whole < bytes.count else { return }
            // Zeros behind the end cannot be mistaken for pixels: the size is in the seed.
            var rest = [UInt8](repeating: 0, count: Lanes.step)
            for place in whole..<bytes.count { rest[place - whole] = bytes[place] }
            rest.withUnsafeBytes { lanes.add($0, at: 0) }
        }
        high = lanes.end(from: 0x9E37_79B9_7F4A_7C15)
        low = lanes.end(from: 0xD6E8_FEB8_6659_FD93)
    }

    fileprivate static func mix(_ value: UInt64) -> UInt64 {
        var bits = value &+ 0x9E37_79B9_7F4A_7C15
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }

    /// Eight lanes that do not wait for each other.
    private struct Lanes {
        static let step = 64
        private var a: UInt64
        private var b: UInt64
        private var c: UInt64
        private var d: UInt64
        private var e: UInt64
        private var f: UInt64
        private var g: UInt64
        private var h: UInt64

        init(seed: UInt64) {
            (a, b, c, d) = (seed, seed ^ 1, seed ^ 2, seed ^ 3)
            (e, f, g, h) = (seed ^ 4, seed ^ 5, seed ^ 6, seed ^ 7)
        }

        @inline(__always)
        mutating func add(_ bytes: UnsafeRawBufferPointer, at place: Int) {
            a = Self.taken(a, bytes, place)
            b = Self.taken(b, bytes, place + 8)
            c = Self.taken(c, bytes, place + 16)
            d = Self.taken(d, bytes, place + 24)
            e = Self.taken(e, bytes, place + 32)
            f = Self.taken(f, bytes, place + 40)
            g = Self.taken(g, bytes, place + 48)
            h = Self.taken(h, bytes, place + 56)
        }

        func end(from start: UInt64) -> UInt64 {
            [a, b, c, d, e, f, g, h].reduce(start) { PixelHash.mix($0 ^ PixelHash.mix($1 ^ start)) }
        }

        @inline(__always)
        private static func taken(
            _ lane: UInt64, _ bytes: UnsafeRawBufferPointer, _ place: Int
        ) -> UInt64 {
            let word = bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)
            let bits = (lane ^ UInt64(littleEndian: word)) &* 0x9FB2_1C65_1E98_DF25
            return bits ^ (bits >> 32)
        }
    }
}
