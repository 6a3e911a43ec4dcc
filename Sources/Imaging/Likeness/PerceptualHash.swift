internal import CambiumFiles
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
        let waves = Waves(thumbnail, cuts: 1).coefficients(down: 0, across: 0)
        var values = [SIMD2<Float>](repeating: SIMD2(), count: PlaneSigns.count)
        for (index, use) in UsedWaves.all.enumerated() {
            values[index][0] = waves[use.down][use.across] * use.weight
        }
        self = Planes.hashes(of: values)[0]
    }

    /// The picture's hash, followed by those of 15 of its parts: cut by 3.5 % along one axis or
    /// both, at the start, in the middle or at the end. A copy that was cropped by 2 to 5 % is near
    /// one of them.
    public static func withCrops(_ thumbnail: GreyThumbnail) -> [PerceptualHash] {
        let cuts = AxisCut.all.count
        let waves = Waves(thumbnail, cuts: cuts)
        var values = [SIMD16<Float>](repeating: SIMD16(), count: PlaneSigns.count)
        for lane in 0..<(cuts * cuts) {
            let waves = waves.coefficients(down: lane / cuts, across: lane % cuts)
            for (index, use) in UsedWaves.all.enumerated() {
                values[index][lane] = waves[use.down][use.across] * use.weight
            }
        }
        return Planes.hashes(of: values)
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
    fileprivate static let side = GreyThumbnail.side
    /// `[cuts, frequencies, side]`: the waves down.
    private static let down = AxisCut.all.flatMap(\.waves)
    /// `[cuts, side]`: the waves across, a lane for each frequency.
    private static let across: [SIMD16<Float>] = AxisCut.all.flatMap { cut in
        let waves = cut.waves
        return (0..<side).map { place in
            var lanes = SIMD16<Float>()
            for frequency in 0..<frequencies { lanes[frequency] = waves[frequency * side + place] }
            return lanes
        }
    }

    /// `[cuts, frequencies, side]`: the columns' coefficients.
    private let columns: [Float]

    init(_ thumbnail: GreyThumbnail, cuts: Int) {
        let mean = thumbnail.levels.reduce(0) { $0 + Int($1) } / GreyThumbnail.count
        let levels = thumbnail.levels.map { Float(Int($0) - mean) }
        let (side, waves) = (Self.side, cuts * Self.frequencies)
        var columns = [Float](repeating: 0, count: waves * side)
        columns.withUnsafeMutableBufferPointer { columns in
            for wave in 0..<waves {
                for row in 0..<side {
                    let factor = Self.down[wave * side + row]
                    // A loop that the compiler turns into vectors.
                    for column in 0..<side {
                        columns[wave * side + column] += factor * levels[row * side + column]
                    }
                }
            }
        }
        self.columns = columns
    }

    /// The coefficients below 12 half waves, those of a cut along each axis, a lane for each
    /// frequency across: `[frequencies]`.
    func coefficients(down: Int, across: Int) -> [SIMD16<Float>] {
        Self.across.withUnsafeBufferPointer { factors in
            columns.withUnsafeBufferPointer { columns in
                (0..<Self.frequencies).map { frequency in
                    let start = (down * Self.frequencies + frequency) * Self.side
                    var sum = SIMD16<Float>()
                    for place in 0..<Self.side {
                        sum += factors[across * Self.side + place] * columns[start + place]
                    }
                    return sum
                }
            }
        }
    }
}

/// The coefficients that a hash is made of.
private enum UsedWaves {
    /// Their frequencies and weights.
    static let all: [(down: Int, across: Int, weight: Float)] =
        (0..<Waves.frequencies).flatMap { down in
            (0..<Waves.frequencies).compactMap { across in
                let frequency = Double(down * down + across * across).squareRoot()
                guard frequency >= 1, frequency < Double(Waves.frequencies) else { return nil }
                // A wave of no frequency has twice the square of the others.
                let scale = (down == 0 || across == 0) ? 0.5.squareRoot() : 1
                return (down, across, Float(frequency * scale))
            }
        }
}

/// Two pseudo-random rotations of 128 numbers, for several pictures at once: a lane each.
private enum Planes<Lanes: SIMD> where Lanes.Scalar == Float {
    /// One hash for each lane of the numbers.
    @inline(__always)
    static func hashes(of values: [Lanes]) -> [PerceptualHash] {
        var hashes = [SIMD8<UInt32>](repeating: SIMD8(), count: Lanes.scalarCount)
        for rotation in 0..<2 {
            for (index, value) in turned(values, rotation).enumerated() {
                let (word, bit) = (rotation * 4 + index / 32, UInt32(1) << UInt32(index % 32))
                for lane in 0..<Lanes.scalarCount where value[lane] > 0 {
                    hashes[lane][word] |= bit
                }
            }
        }
        return hashes.map { PerceptualHash(words: $0) }
    }

    @inline(__always)
    private static func turned(_ values: [Lanes], _ rotation: Int) -> [Lanes] {
        var values = values
        values.withUnsafeMutableBufferPointer { values in
            for round in 0..<PlaneSigns.rounds {
                let signs = PlaneSigns.all[rotation * PlaneSigns.rounds + round]
                for index in 0..<PlaneSigns.count { values[index] *= signs[index] }
                transform(values)
            }
        }
        return values
    }

    /// The Hadamard transform in place, without its factor.
    @inline(__always)
    private static func transform(_ values: UnsafeMutableBufferPointer<Lanes>) {
        var half = 1
        while half < PlaneSigns.count {
            for start in stride(from: 0, to: PlaneSigns.count, by: 2 * half) {
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

/// The signs of the rotations.
private enum PlaneSigns {
    /// Numbers that are turned.
    static let count = 128
    static let rounds = 3
    /// +1 or -1 for each rotation, round and number.
    static let all: [[Float]] = (0..<(2 * rounds)).map { round in
        var generator = SeededGenerator(
            seed: 0, SeededGenerator.stream("perceptual hash"), UInt64(round))
        return (0..<count).map { _ in generator.next() >> 63 == 0 ? 1 : -1 }
    }
}
