internal import Glibc

/// Random numbers that are a function of a seed, any number of stream numbers and a counter, so
/// that `(seed, epoch, index)` gives the same numbers on every worker and after every resume.
///
/// Bits are splitmix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators",
/// 2014): output n is `mix(key + n * 0x9E3779B97F4A7C15)`, n from 1. The key is the seed mixed
/// with each stream in turn: `key = mix(seed + golden)`, then `key = mix(key ^ mix(s + golden))`.
/// All derived quantities are defined here and pinned by tests; the standard library's
/// algorithms may change and are not used.
public struct SeededGenerator: Sendable, Equatable {
    private var state: UInt64
    private var spareNormal: Double?

    private static let golden: UInt64 = 0x9E37_79B9_7F4A_7C15

    /// The generator of a stream; other stream numbers give independent numbers.
    public init(seed: UInt64, _ streams: UInt64...) {
        state = Self.mix(seed &+ Self.golden)
        for stream in streams { state = Self.mix(state ^ Self.mix(stream &+ Self.golden)) }
    }

    /// A stream number for a name (FNV-1a, 64 bit).
    public static func stream(_ name: String) -> UInt64 {
        name.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }

    /// The next 64 bits.
    public mutating func next() -> UInt64 {
        state &+= Self.golden
        return Self.mix(state)
    }

    /// A number in `[0, 1)`: the upper 53 bits of ``next()``.
    public mutating func uniform() -> Double {
        Double(next() >> 11) * 0x1p-53
    }

    /// A number in the range: `lower + uniform() * (upper - lower)`.
    public mutating func uniform(in range: ClosedRange<Double>) -> Double {
        range.lowerBound + uniform() * (range.upperBound - range.lowerBound)
    }

    /// A whole number in `0..<bound`, every one equally likely (Lemire's multiplication with
    /// rejection, 2019).
    /// - Precondition: `bound` is positive.
    public mutating func index(below bound: Int) -> Int {
        precondition(bound > 0, "an index below zero does not exist")
        let bound = UInt64(bound)
        let rejected = (0 &- bound) % bound
        while true {
            let product = next().multipliedFullWidth(by: bound)
            if product.low >= rejected { return Int(product.high) }
        }
    }

    /// A number of the standard normal distribution (Box and Muller, 1958; both of a pair used).
    public mutating func normal() -> Double {
        if let spare = spareNormal {
            spareNormal = nil
            return spare
        }
        let radius = (-2 * log(1 - uniform())).squareRoot()
        let angle = 2 * Double.pi * uniform()
        spareNormal = radius * sin(angle)
        return radius * cos(angle)
    }

    /// Whether an event of this probability happens.
    public mutating func chance(_ probability: Double) -> Bool {
        uniform() < probability
    }

    /// Puts the elements in a random order (Fisher and Yates, from the end).
    public mutating func shuffle<Element>(_ elements: inout [Element]) {
        for last in stride(from: elements.count - 1, to: 0, by: -1) {
            elements.swapAt(last, index(below: last + 1))
        }
    }

    private static func mix(_ value: UInt64) -> UInt64 {
        var bits = value
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }
}
