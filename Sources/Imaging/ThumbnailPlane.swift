/// Grey levels that are computed with: `[side, side]`, single precision.
struct ThumbnailPlane {
    let side: Int
    private(set) var values: [Float]

    init(side: Int, values: [Float]) { (self.side, self.values) = (side, values) }

    init(_ thumbnail: GreyThumbnail) {
        self.init(side: GreyThumbnail.side, values: thumbnail.levels.map(Float.init))
    }

    /// A thumbnail, softened and at half its size: both at once by 1/8, 3/8, 3/8, 1/8.
    init(softHalfOf thumbnail: GreyThumbnail) {
        let (side, half) = (GreyThumbnail.side, GreyThumbnail.side / 2)
        self.init(side: half, values: [Float](repeating: 0, count: half * half))
        thumbnail.levels.withUnsafeBufferPointer { levels in
            withUnsafeTemporaryAllocation(of: Int32.self, capacity: side * half) { rows in
                for row in 0..<half {
                    let taps = Self.halving(row, side)
                    for column in 0..<side {
                        let outer =
                            Int32(levels[taps.0 * side + column])
                            + Int32(levels[taps.3 * side + column])
                        let inner =
                            Int32(levels[taps.1 * side + column])
                            + Int32(levels[taps.2 * side + column])
                        rows[row * side + column] = outer + 3 * inner
                    }
                }
                for column in 0..<half {
                    let taps = Self.halving(column, side)
                    for row in 0..<half {
                        let line = row * side
                        let outer = rows[line + taps.0] + rows[line + taps.3]
                        let inner = rows[line + taps.1] + rows[line + taps.2]
                        values[row * half + column] = Float(outer + 3 * inner) / 64
                    }
                }
            }
        }
    }

    private static func halving(_ index: Int, _ side: Int) -> (Int, Int, Int, Int) {
        (max(2 * index - 1, 0), 2 * index, 2 * index + 1, min(2 * index + 2, side - 1))
    }

    /// Half as large: means of 2 x 2.
    var halved: ThumbnailPlane {
        let half = side / 2
        var result = [Float](repeating: 0, count: half * half)
        for row in 0..<half {
            for column in 0..<half {
                let place = 2 * row * side + 2 * column
                let upper = values[place] + values[place + 1]
                let lower = values[place + side] + values[place + side + 1]
                result[row * half + column] = (upper + lower) / 4
            }
        }
        return ThumbnailPlane(side: half, values: result)
    }

    /// Softened along both axes by 1/4, 1/2, 1/4, the border continued outwards.
    var softened: ThumbnailPlane {
        var result = self
        result.soften(step: 1, line: side)
        result.soften(step: side, line: 1)
        return result
    }

    private mutating func soften(step: Int, line: Int) {
        for start in stride(from: 0, to: side * line, by: line) {
            var before = values[start]
            for index in 0..<side {
                let place = start + index * step
                let here = values[place]
                let after = index + 1 < side ? values[place + step] : here
                values[place] = (before + 2 * here + after) / 4
                before = here
            }
        }
    }

    /// The part of the picture that a placement looks at, as a whole picture: interpolated from
    /// the two (linear) or four (cubic, a = -0.5) neighbours along each axis.
    func part(_ placement: CropPlacement, _ kernel: PlaneKernel) -> ThumbnailPlane {
        let across = kernel.taps(side, scale: placement.scaleX, start: placement.left)
        let down = kernel.taps(side, scale: placement.scaleY, start: placement.top)
        var rows = [Float](repeating: 0, count: side * side)
        for row in 0..<side {
            for (place, weight) in down[row] {
                for column in 0..<side {
                    rows[row * side + column] += weight * values[place * side + column]
                }
            }
        }
        var result = [Float](repeating: 0, count: side * side)
        for column in 0..<side {
            for (place, weight) in across[column] {
                for row in 0..<side {
                    result[row * side + column] += weight * rows[row * side + place]
                }
            }
        }
        return ThumbnailPlane(side: side, values: result)
    }

    /// One minus the correlation with another plane: 0 where one is the other with another
    /// brightness and contrast. Places for which `counts` is false are left out, and a `border`
    /// of so many places all around.
    /// - Returns: nil when less than half of the places count, or one of the two is flat there.
    func difference(
        from other: ThumbnailPlane, border: Int = 0,
        counts: (Float, Float) -> Bool = { _, _ in true }
    ) -> Float? {
        var (n, a, b, aa, bb, ab) = (0, 0.0, 0.0, 0.0, 0.0, 0.0)
        for row in border..<(side - border) {
            for place in (row * side + border)..<(row * side + side - border) {
                let (x, y) = (values[place], other.values[place])
                guard counts(x, y) else { continue }
                n += 1
                a += Double(x)
                b += Double(y)
                aa += Double(x * x)
                bb += Double(y * y)
                ab += Double(x * y)
            }
        }
        guard 2 * n >= side * side else { return nil }
        let count = Double(n)
        let (varianceA, varianceB) = (aa - a * a / count, bb - b * b / count)
        guard varianceA > count, varianceB > count else { return nil }
        return Float(1 - (ab - a * b / count) / (varianceA * varianceB).squareRoot())
    }

    /// The variance of the levels.
    var variance: Float {
        let mean = values.reduce(0, +) / Float(values.count)
        return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Float(values.count)
    }
}

/// How levels between the places are found.
enum PlaneKernel {
    case linear, cubic

    /// For each place of a part, the places of the whole that it is made of.
    func taps(_ side: Int, scale: Float, start: Float) -> [[(place: Int, weight: Float)]] {
        (0..<side).map { index in
            let at = ((Float(index) + 0.5) / Float(side) * scale + start) * Float(side) - 0.5
            let below = at.rounded(.down)
            let first = Int(below)
            return weights(at - below).map { offset, weight in
                (min(max(first + offset, 0), side - 1), weight)
            }
        }
    }

    private func weights(_ part: Float) -> [(offset: Int, weight: Float)] {
        switch self {
        case .linear: [(0, 1 - part), (1, part)]
        case .cubic:
            [-1, 0, 1, 2].map { offset in
                let x = abs(part - Float(offset))
                let weight =
                    x < 1 ? (1.5 * x - 2.5) * x * x + 1 : ((-0.5 * x + 2.5) * x - 4) * x + 2
                return (offset, weight)
            }
        }
    }
}
