/// Which part of a picture another one may be: edges and sizes as fractions of the whole.
struct CropPlacement: Equatable {
    var scaleX: Float = 1
    var left: Float = 0
    var scaleY: Float = 1
    var top: Float = 0

    /// The smallest part of an axis that still counts as the same picture.
    static let smallest: Float = 0.93

    fileprivate mutating func move(by step: [Double]) {
        (scaleX, left) = Self.moved(scaleX, left, by: step[0], step[1])
        (scaleY, top) = Self.moved(scaleY, top, by: step[2], step[3])
    }

    /// What lies outside the picture is put back to its edge.
    private static func moved(
        _ scale: Float, _ start: Float, by scaling: Double, _ shift: Double
    ) -> (Float, Float) {
        let size = min(max(scale + Float(scaling), smallest), 1)
        return (size, min(max(start + Float(shift), 0), 1 - size))
    }
}

/// Finds where a picture lies in another one of which it may be a crop: least squares over place,
/// size, brightness and contrast by Gauss and Newton (after Lucas and Kanade, "An iterative image
/// registration technique", 1981).
struct CropAlignment {
    let part: ThumbnailPlane
    let whole: ThumbnailPlane
    private(set) var placement: CropPlacement
    /// One minus the correlation where the alignment is now; nil when one of them is flat.
    private(set) var difference: Float?
    /// What lies at the placement.
    private var seen: ThumbnailPlane

    init(part: ThumbnailPlane, whole: ThumbnailPlane, from start: CropPlacement = .init()) {
        (self.part, self.whole, placement) = (part, whole, start)
        seen = whole.part(start, .linear)
        difference = part.difference(from: seen, border: 1)
    }

    /// Takes up to `steps` steps; stops at one that does not help, which is taken back.
    mutating func improve(steps: Int) {
        for _ in 0..<steps {
            guard let difference, let step = step() else { return }
            var next = placement
            next.move(by: step)
            let there = whole.part(next, .linear)
            guard let better = part.difference(from: there, border: 1), better < difference else {
                return
            }
            (placement, self.difference, seen) = (next, better, there)
        }
    }

    /// The step from the normal equations of the six unknowns, nil when they have no solution.
    private func step() -> [Double]? {
        let (gain, offset) = fit(seen)
        let half = gain * Float(part.side) / 2
        let (factorX, factorY) = (half / placement.scaleX, half / placement.scaleY)
        var equations = NormalEquations()
        let side = part.side
        part.values.withUnsafeBufferPointer { levels in
            seen.values.withUnsafeBufferPointer { values in
                for row in 1..<(side - 1) {
                    let y = (Float(row) + 0.5) / Float(side)
                    for place in (row * side + 1)..<(row * side + side - 1) {
                        let x = (Float(place - row * side) + 0.5) / Float(side)
                        let slopeX = (values[place + 1] - values[place - 1]) * factorX
                        let slopeY = (values[place + side] - values[place - side]) * factorY
                        let level = values[place]
                        equations.add(
                            (slopeX * x, slopeX, slopeY * y, slopeY, level, 1),
                            levels[place] - gain * level - offset)
                    }
                }
            }
        }
        return equations.solution
    }

    /// The brightness and contrast that bring what is seen closest to the part.
    private func fit(_ seen: ThumbnailPlane) -> (gain: Float, offset: Float) {
        let count = Double(part.values.count)
        var (a, b, bb, ab) = (0.0, 0.0, 0.0, 0.0)
        for (x, y) in zip(part.values, seen.values) {
            a += Double(x)
            b += Double(y)
            bb += Double(y * y)
            ab += Double(x * y)
        }
        let gain = (ab - a * b / count) / max(bb - b * b / count, 1e-6)
        return (Float(gain), Float((a - gain * b) / count))
    }
}

/// Sums of a least-squares problem of six unknowns.
private struct NormalEquations {
    private static let size = 6
    /// Each row of the matrix, and behind it the right side.
    private var a = SIMD8<Float>()
    private var b = SIMD8<Float>()
    private var c = SIMD8<Float>()
    private var d = SIMD8<Float>()
    private var e = SIMD8<Float>()
    private var f = SIMD8<Float>()

    @inline(__always)
    mutating func add(_ row: (Float, Float, Float, Float, Float, Float), _ rest: Float) {
        let values = SIMD8<Float>(row.0, row.1, row.2, row.3, row.4, row.5, rest, 0)
        a += values * row.0
        b += values * row.1
        c += values * row.2
        d += values * row.3
        e += values * row.4
        f += values * row.5
    }

    /// Gauss' elimination with the largest pivot; a little of the diagonal is added, so that a
    /// direction without information stays where it is.
    var solution: [Double]? {
        let width = Self.size + 1
        var m = [a, b, c, d, e, f].flatMap { row in (0..<width).map { Double(row[$0]) } }
        for i in 0..<Self.size { m[i * width + i] *= 1.0005 }
        for column in 0..<Self.size {
            let rows = column..<Self.size
            let pivot =
                rows.max { abs(m[$0 * width + column]) < abs(m[$1 * width + column]) } ?? column
            guard abs(m[pivot * width + column]) > 1e-9 else { return nil }
            for j in 0..<width { m.swapAt(pivot * width + j, column * width + j) }
            for row in 0..<Self.size where row != column {
                let factor = m[row * width + column] / m[column * width + column]
                for j in column..<width { m[row * width + j] -= factor * m[column * width + j] }
            }
        }
        return (0..<Self.size).map { m[$0 * width + Self.size] / m[$0 * width + $0] }
    }
}
