/// A first look at whether pictures may be cut out of one: how much of each is left over once it
/// is explained by the part of the whole near a given cut, that part moved and stretched a little
/// (to first order), and brightness and contrast. Some hundred times faster than the alignment.
public struct CropFilter {
    private let whole: ComparedThumbnail
    private let soft: ThumbnailPlane
    private var bases: [Int: Basis] = [:]

    /// A filter for the parts of a picture.
    public init(_ whole: ComparedThumbnail) { (self.whole, soft) = (whole, whole.soft) }

    /// Whether a picture may be cut out of the whole near one of ``PerceptualHash/withCrops(_:)``.
    public mutating func allows(_ part: ComparedThumbnail, near cut: Int) -> Bool {
        let basis = bases[cut] ?? Basis(soft.part(CropPlacement(cut: cut), .linear).halved)
        bases[cut] = basis
        let rest = basis.rest(of: part.half)
        guard rest < ThumbnailMatch.movable else { return false }
        return part.half.difference(from: whole.half)
            .map { $0 > ThumbnailMatch.movableGain * rest } ?? false
    }

    /// Orthonormal pictures: flat, the part itself, and its change when it is moved or stretched.
    private struct Basis {
        private static let border = 1
        private var pictures: [[Float]] = []

        init(_ seen: ThumbnailPlane) {
            let (values, side) = (seen.values, seen.side)
            add(seen.inner(Self.border) { _, _, _ in 1 })
            add(seen.inner(Self.border) { place, _, _ in values[place] })
            for step in [1, side] {
                let slope = { (place: Int) in values[place + step] - values[place - step] }
                add(seen.inner(Self.border) { place, _, _ in slope(place) })
                add(
                    seen.inner(Self.border) { place, x, y in
                        slope(place) * Float(step == 1 ? x : y)
                    })
            }
        }

        /// Adds what is new in a picture (Gram and Schmidt).
        private mutating func add(_ picture: [Float]) {
            var rest = picture
            for known in pictures {
                let share = Self.product(rest, known)
                for index in rest.indices { rest[index] -= share * known[index] }
            }
            let size = Self.product(rest, rest)
            guard size > 1e-3 * max(Self.product(picture, picture), 1e-3) else { return }
            pictures.append(rest.map { $0 / size.squareRoot() })
        }

        /// The share of a picture's variance that is not explained.
        func rest(of picture: ThumbnailPlane) -> Float {
            let values = picture.inner(Self.border) { place, _, _ in picture.values[place] }
            var rest = Self.product(values, values)
            var variance: Float = 0
            for (number, known) in pictures.enumerated() {
                let share = Self.product(values, known)
                rest -= share * share
                if number == 0 { variance = rest }
            }
            return variance > 0 ? rest / variance : 1
        }

        private static func product(_ a: [Float], _ b: [Float]) -> Float {
            a.withUnsafeBufferPointer { a in
                b.withUnsafeBufferPointer { b in
                    var sums = SIMD4<Float>()
                    for place in stride(from: 0, to: a.count - 3, by: 4) {
                        for lane in 0..<4 { sums[lane] += a[place + lane] * b[place + lane] }
                    }
                    var sum = sums.sum()
                    for place in (a.count / 4 * 4)..<a.count { sum += a[place] * b[place] }
                    return sum
                }
            }
        }
    }
}

extension ThumbnailPlane {
    /// A number for each place that is not on the border: from place, column and row.
    fileprivate func inner(_ border: Int, _ value: (Int, Int, Int) -> Float) -> [Float] {
        var numbers: [Float] = []
        numbers.reserveCapacity((side - 2 * border) * (side - 2 * border))
        for row in border..<(side - border) {
            for column in border..<(side - border) {
                numbers.append(value(row * side + column, column, row))
            }
        }
        return numbers
    }
}
