internal import Files
internal import Glibc

/// 256 bits that are nearly the same for pictures that look the same: on which side of 256
/// planes a picture lies (Charikar, "Similarity estimation techniques", 2002).
///
/// The picture is its ``GreyThumbnail``'s cosine coefficients below 12 half waves a side, each
/// times its frequency (natural pictures have less of the fast than of the slow, so all weigh
/// alike), the mean left out: brightness and contrast do not matter. The planes are pseudo-random
/// rotations (three rounds of signs and Hadamard transform; Andoni et al., "Practical and optimal
/// LSH for angular distance", 2015): unlike the signs of the coefficients themselves, their bits
/// are stable for symmetric pictures such as brain slices, whose odd coefficients are near zero.
public struct PerceptualHash: Sendable, Equatable {
    /// Bits.
    public static let bits = 256
    /// The bits in eight words.
    public let words: SIMD8<UInt32>

    /// A hash by its words.
    public init(words: SIMD8<UInt32>) { self.words = words }

    /// The hash of a picture.
    public init(_ thumbnail: GreyThumbnail) {
        self = Waves(thumbnail).hash(down: 0, across: 0)
    }

    /// The picture's hash, followed by those of 15 of its parts: cut by 3.5 % along one axis or
    /// both, at the start, in the middle or at the end. A copy that was cropped by 2 to 5 % is near
    /// one of them.
    public static func withCrops(_ thumbnail: GreyThumbnail) -> [PerceptualHash] {
        let waves = Waves(thumbnail)
        let cuts = AxisCut.all.indices
        return cuts.flatMap { down in cuts.map { waves.hash(down: down, across: $0) } }
    }

    /// In how many bits two hashes differ.
    public func distance(to other: PerceptualHash) -> Int {
        let different = words ^ other.words
        return unsafeBitCast(different, to: SIMD4<UInt64>.self).ones
    }
}

extension SIMD4<UInt64> {
    fileprivate var ones: Int {
        self[0].nonzeroBitCount + self[1].nonzeroBitCount + self[2].nonzeroBitCount
            + self[3].nonzeroBitCount
    }
}

extension CropPlacement {
    /// The placement of one of ``PerceptualHash/withCrops(_:)``.
    init(cut: Int) {
        let count = AxisCut.all.count
        let (down, across) = (AxisCut.all[cut / count], AxisCut.all[cut % count])
        self.init(
            scaleX: Float(1 - across.amount), left: Float(across.amount * across.start),
            scaleY: Float(1 - down.amount), top: Float(down.amount * down.start))
    }
}

/// A part of an axis.
private struct AxisCut {
    /// How much is cut off, and which share of that at the start.
    let amount: Double
    let start: Double

    static let all = [
        AxisCut(amount: 0, start: 0), AxisCut(amount: 0.035, start: 0),
        AxisCut(amount: 0.035, start: 0.5), AxisCut(amount: 0.035, start: 1),
    ]

    /// The cosine waves of the part, as factors of the whole axis's levels:
    /// `[Waves.frequencies, GreyThumbnail.side]`.
    var waves: [Float] {
        let side = GreyThumbnail.side
        var factors = [Float](repeating: 0, count: Waves.frequencies * side)
        for place in 0..<side {
            let at = (Double(place) + 0.5) / Double(side)
            let source = (at * (1 - amount) + start * amount) * Double(side) - 0.5
            let below = min(max(Int(source.rounded(.down)), 0), side - 1)
            let part = min(max(source - Double(below), 0), 1)
            for frequency in 0..<Waves.frequencies {
                let wave = cos(Double.pi * Double(frequency) * at)
                factors[frequency * side + below] += Float((1 - part) * wave)
                factors[frequency * side + min(below + 1, side - 1)] += Float(part * wave)
            }
        }
        return factors
    }
}

/// A thumbnail's cosine coefficients, the first of the two passes done.
private struct Waves {
    static let frequencies = 12
    private static let side = GreyThumbnail.side
    private static let basis = AxisCut.all.map(\.waves)
    /// Coefficients that are used, with their weights.
    private static let used: [(down: Int, across: Int, weight: Float)] =
        (0..<frequencies).flatMap { down in
            (0..<frequencies).compactMap { across in
                let frequency = Double(down * down + across * across).squareRoot()
                guard frequency >= 1, frequency < Double(frequencies) else { return nil }
                // A wave of no frequency has twice the square of the others.
                let scale = (down == 0 || across == 0) ? 0.5.squareRoot() : 1
                return (down, across, Float(frequency * scale))
            }
        }

    /// For each cut, `[frequencies, side]`: the columns' coefficients.
    private let columns: [[Float]]

    init(_ thumbnail: GreyThumbnail) {
        let mean = thumbnail.levels.reduce(0) { $0 + Int($1) } / GreyThumbnail.count
        let levels = thumbnail.levels.map { Float(Int($0) - mean) }
        columns = Self.basis.map { basis in
            var result = [Float](repeating: 0, count: Self.frequencies * Self.side)
            for frequency in 0..<Self.frequencies {
                for row in 0..<Self.side {
                    let factor = basis[frequency * Self.side + row]
                    for column in 0..<Self.side {
                        result[frequency * Self.side + column] +=
                            factor * levels[row * Self.side + column]
                    }
                }
            }
            return result
        }
    }

    func hash(down: Int, across: Int) -> PerceptualHash {
        let (columns, basis) = (columns[down], Self.basis[across])
        var values = [Float](repeating: 0, count: Planes.count)
        for (index, use) in Self.used.enumerated() {
            var products = SIMD8<Float>()
            for place in stride(from: 0, to: Self.side, by: 8) {
                let (a, b) = (use.down * Self.side + place, use.across * Self.side + place)
                for lane in 0..<8 { products[lane] += columns[a + lane] * basis[b + lane] }
            }
            values[index] = products.sum() * use.weight
        }
        return PerceptualHash(words: Planes.sides(of: values))
    }
}

/// Two pseudo-random rotations of 128 numbers.
private enum Planes {
    static let count = 128
    private static let rounds = 3
    /// +1 or -1 for each rotation, round and number.
    private static let signs: [[Float]] = (0..<(2 * rounds)).map { round in
        var generator = SeededGenerator(
            seed: 0, SeededGenerator.stream("perceptual hash"), UInt64(round))
        return (0..<count).map { _ in generator.next() >> 63 == 0 ? 1 : -1 }
    }

    /// One bit for each number of each rotation: whether it is positive.
    static func sides(of values: [Float]) -> SIMD8<UInt32> {
        var words = SIMD8<UInt32>()
        for rotation in 0..<2 {
            let turned = turn(values, rotation)
            for (index, value) in turned.enumerated() where value > 0 {
                words[rotation * 4 + index / 32] |= 1 << UInt32(index % 32)
            }
        }
        return words
    }

    private static func turn(_ values: [Float], _ rotation: Int) -> [Float] {
        var values = values
        values.withUnsafeMutableBufferPointer { values in
            for round in 0..<rounds {
                let signs = signs[rotation * rounds + round]
                for index in 0..<count { values[index] *= signs[index] }
                transform(values)
            }
        }
        return values
    }

    /// The Hadamard transform in place, without its factor.
    private static func transform(_ values: UnsafeMutableBufferPointer<Float>) {
        var half = 1
        while half < count {
            for start in stride(from: 0, to: count, by: 2 * half) {
                for index in start..<(start + half) {
                    let (a, b) = (values[index], values[index + half])
                    values[index] = a + b
                    values[index + half] = a - b
                }
            }
            half *= 2
        }
    }
}
