/// 128 bits that stand for the exact pixels of a picture: width, height and every byte.
///
/// Two independent 64-bit hashes of four lanes each; a lane takes eight bytes a step by exclusive
/// or (sum), an odd factor and a shift, each of which loses nothing, and ends in splitmix64's
/// finalizer. Made for speed (several GB/s) and for pictures that nobody forged: it is not
/// cryptographic.
public struct PixelHash: Sendable, Hashable {
    /// The first hash.
    public let high: UInt64
    /// The second hash.
    public let low: UInt64

    /// A hash by its parts.
    public init(high: UInt64, low: UInt64) { (self.high, self.low) = (high, low) }

    /// The hash of a picture.
    public init(_ image: RGBImage) {
        let size = UInt64(image.width) << 32 | UInt64(image.height)
        var first = Lanes(seed: Self.mix(size), factor: 0x9E37_79B9_7F4A_7C15)
        var second = Lanes(seed: Self.mix(~size), factor: 0xD6E8_FEB8_6659_FD93)
        image.pixels.withUnsafeBytes { bytes in
            let step = MemoryLayout<UInt64>.size * 4
            let whole = bytes.count / step * step
            for place in stride(from: 0, to: whole, by: step) {
                first.add(bytes, at: place)
                second.sum(bytes, at: place)
            }
            guard whole < bytes.count else { return }
            // Zeros behind the end cannot be mistaken for pixels: the size is in the seed.
            var rest = [UInt8](repeating: 0, count: step)
            for place in whole..<bytes.count { rest[place - whole] = bytes[place] }
            rest.withUnsafeBytes {
                first.add($0, at: 0)
                second.sum($0, at: 0)
            }
        }
        (high, low) = (first.end, second.end)
    }

    fileprivate static func mix(_ value: UInt64) -> UInt64 {
        var bits = value &+ 0x9E37_79B9_7F4A_7C15
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }

    /// Four lanes that do not wait for each other.
    private struct Lanes {
        private var a: UInt64
        private var b: UInt64
        private var c: UInt64
        private var d: UInt64
        private let factor: UInt64

        init(seed: UInt64, factor: UInt64) {
            (a, b) = (seed, PixelHash.mix(seed))
            (c, d) = (PixelHash.mix(seed ^ 1), PixelHash.mix(seed ^ 2))
            self.factor = factor
        }

        @inline(__always)
        mutating func add(_ bytes: UnsafeRawBufferPointer, at place: Int) {
            a = turned((a ^ Self.word(bytes, place)) &* factor)
            b = turned((b ^ Self.word(bytes, place + 8)) &* factor)
            c = turned((c ^ Self.word(bytes, place + 16)) &* factor)
            d = turned((d ^ Self.word(bytes, place + 24)) &* factor)
        }

        @inline(__always)
        mutating func sum(_ bytes: UnsafeRawBufferPointer, at place: Int) {
            a = turned((a &+ Self.word(bytes, place)) &* factor)
            b = turned((b &+ Self.word(bytes, place + 8)) &* factor)
            c = turned((c &+ Self.word(bytes, place + 16)) &* factor)
            d = turned((d &+ Self.word(bytes, place + 24)) &* factor)
        }

        var end: UInt64 {
            [a, b, c, d].reduce(factor) { PixelHash.mix($0 ^ PixelHash.mix($1)) }
        }

        @inline(__always)
        private func turned(_ bits: UInt64) -> UInt64 { bits ^ (bits >> 32) }

        @inline(__always)
        private static func word(_ bytes: UnsafeRawBufferPointer, _ place: Int) -> UInt64 {
            UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self))
        }
    }
}
