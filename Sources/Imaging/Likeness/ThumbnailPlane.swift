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
        let side = side
        let levels = [Float](unsafeUninitializedCapacity: side * side) { out, count in
            withUnsafeTemporaryAllocation(of: Float.self, capacity: side) { line in
                for row in 0..<side {
                    line.initialize(repeating: 0)
                    add(down, row, to: line)
                    across.apply(to: line) { out[row * side + $0] = $1 }
                }
            }
            count = side * side
        }
        return ThumbnailPlane(side: side, values: levels)
    }

    /// Adds the rows that a row is made of.
    private func add(_ taps: PlaneTaps, _ row: Int, to line: UnsafeMutableBufferPointer<Float>) {
        values.withUnsafeBufferPointer { values in
            for tap in (row * taps.count)..<((row + 1) * taps.count) {
                let (from, weight) = (taps.places[tap] * side, taps.weights[tap])
                for column in 0..<side { line[column] += weight * values[from + column] }
            }
        }
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

    /// Neighbours along an axis.
    var count: Int { self == .linear ? 2 : 4 }

    /// For each place of a part, the places of the whole that it is made of.
    func taps(_ side: Int, scale: Float, start: Float) -> PlaneTaps {
        var taps = PlaneTaps(count: count)
        for index in 0..<side {
            let at = ((Float(index) + 0.5) / Float(side) * scale + start) * Float(side) - 0.5
            let below = at.rounded(.down)
            for tap in 0..<count {
                let offset = tap + 1 - count / 2
                taps.places.append(min(max(Int(below) + offset, 0), side - 1))
                taps.weights.append(weight(abs(at - below - Float(offset))))
            }
        }
        return taps
    }

    /// The weight of a neighbour at a distance.
    private func weight(_ x: Float) -> Float {
        switch self {
        case .linear: 1 - x
        case .cubic:
            x < 1 ? (1.5 * x - 2.5) * x * x + 1 : ((-0.5 * x + 2.5) * x - 4) * x + 2
        }
    }
}

/// What the places of an axis are made of: `count` places and weights each.
struct PlaneTaps {
    let count: Int
    fileprivate(set) var places: [Int] = []
    fileprivate(set) var weights: [Float] = []

    fileprivate init(count: Int) { self.count = count }

    /// The levels that a line gives.
    fileprivate func apply(
        to line: UnsafeMutableBufferPointer<Float>, _ level: (_ place: Int, _ level: Float) -> Void
    ) {
        places.withUnsafeBufferPointer { places in
            weights.withUnsafeBufferPointer { weights in
                for (index, start) in stride(from: 0, to: places.count, by: count).enumerated() {
                    var sum: Float = 0
                    for tap in start..<(start + count) { sum += weights[tap] * line[places[tap]] }
                    level(index, sum)
                }
            }
        }
    }
}
