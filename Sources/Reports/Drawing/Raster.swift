package import CambiumImaging

/// A figure as pixels, on white, without a browser or a graphics library: shapes become polygons,
/// and a polygon's exact share of every pixel comes from the signed areas under its edges (Levien,
/// "font-rs", 2016).
package struct Raster {
    private let scale: Double
    private let width: Int
    private let height: Int
    private var pixels: [UInt8]

    /// Pixels a CSS pixel.
    package static let scale = 2.0

    /// The figure's pixels.
    package static func image(_ figure: Figure, scale: Double = Raster.scale) -> RGBImage {
        var raster = Raster(figure, scale)
        for mark in figure.marks { raster.draw(mark) }
        return RGBImage(width: raster.width, height: raster.height, pixels: raster.pixels)
    }

    private init(_ figure: Figure, _ scale: Double) {
        self.scale = scale
        width = max(1, Int((figure.width * scale).rounded(.up)))
        height = max(1, Int((figure.height * scale).rounded(.up)))
        pixels = [UInt8](repeating: 255, count: width * height * 3)
    }

    private mutating func draw(_ mark: Figure.Mark) {
        let outline = Outline(mark)
        if let fill = mark.fill { paint(outline.fills, fill, mark.opacity, isText: mark.isText) }
        if let stroke = mark.stroke ?? mark.fill {
            paint(outline.strokes, stroke, mark.opacity, isText: false)
        }
    }

    /// Fills polygons as one shape. Those of a text keep their direction, which makes holes; all
    /// others are turned the same way round, so that they add up where they overlap.
    private mutating func paint(
        _ polygons: [[Figure.Point]], _ ink: Ink, _ opacity: Double, isText: Bool
    ) {
        let scaled = polygons.filter { $0.count > 2 }.map { polygon in
            let points = polygon.map { Figure.Point($0.x * scale, $0.y * scale) }
            return isText || Self.area(points) > 0 ? points : points.reversed()
        }
        let all = scaled.joined()
        guard all.allSatisfy({ abs($0.x) < 1e6 && abs($0.y) < 1e6 }), let left = all.map(\.x).min(),
            let right = all.map(\.x).max(),
            let top = all.map(\.y).min(), let bottom = all.map(\.y).max()
        else { return }
        let columns = max(0, Int(left))..<min(width, Int(right) + 1)
        let rows = max(0, Int(top))..<min(height, Int(bottom) + 1)
        guard left < Double(width), top < Double(height), right > 0, bottom > 0 else { return }
        var coverage = Coverage(columns: columns, rows: rows)
        for polygon in scaled { coverage.add(polygon) }
        blend(coverage, ink.light, opacity)
    }

    private static func area(_ points: [Figure.Point]) -> Double {
        points.indices.reduce(0) { sum, index in
            let (a, b) = (points[index], points[(index + 1) % points.count])
            return sum + a.x * b.y - b.x * a.y
        }
    }

    private mutating func blend(_ coverage: Coverage, _ colour: UInt32, _ opacity: Double) {
        let channels = [colour >> 16 & 255, colour >> 8 & 255, colour & 255].map { Float($0) }
        coverage.forEachPixel { x, y, share in
            let weight = share * Float(min(max(opacity, 0), 1))
            let start = (y * width + x) * 3
            for channel in 0..<3 {
                let old = Float(pixels[start + channel])
                pixels[start + channel] = UInt8(
                    (old + (channels[channel] - old) * weight).rounded())
            }
        }
    }
}

/// How much of every pixel of a box is covered.
private struct Coverage {
    private let columns: Range<Int>
    private let rows: Range<Int>
    /// What each pixel adds to the sum along its row; one more column takes what falls outside.
    private var changes: [Float]

    init(columns: Range<Int>, rows: Range<Int>) {
        (self.columns, self.rows) = (columns, rows)
        changes = [Float](repeating: 0, count: (columns.count + 2) * rows.count)
    }

    mutating func add(_ polygon: [Figure.Point]) {
        for index in polygon.indices {
            edge(polygon[index], polygon[(index + 1) % polygon.count])
        }
    }

    private mutating func edge(_ a: Figure.Point, _ b: Figure.Point) {
        guard a.y != b.y else { return }
        let (upper, lower, sign) = a.y < b.y ? (a, b, 1.0) : (b, a, -1.0)
        let slope = (lower.x - upper.x) / (lower.y - upper.y)
        let first = max(rows.lowerBound, Int(upper.y.rounded(.down)))
        let last = min(rows.upperBound, Int(lower.y.rounded(.up)))
        guard first < last else { return }
        for row in first..<last {
            let top = max(upper.y, Double(row))
            let bottom = min(lower.y, Double(row + 1))
            guard bottom > top else { continue }
            span(
                row, upper.x + (top - upper.y) * slope, upper.x + (bottom - upper.y) * slope,
                sign * (bottom - top))
        }
    }

    /// Spreads the area right of an edge within one row over the pixels it crosses.
    private mutating func span(_ row: Int, _ from: Double, _ to: Double, _ height: Double) {
        let limit = Double(columns.count)
        let left = min(max(min(from, to) - Double(columns.lowerBound), 0), limit)
        let right = min(max(max(from, to) - Double(columns.lowerBound), 0), limit)
        let start = (row - rows.lowerBound) * (columns.count + 2)
        let (first, last) = (Int(left), Int(right.rounded(.up)))
        if last <= first + 1 {
            let share = 1 - ((left + right) / 2 - Double(first))
            changes[start + first] += Float(height * share)
            changes[start + first + 1] += Float(height * (1 - share))
            return
        }
        var before = 0.0
        for column in first...last {
            let covered = Self.covered(left, right, Double(column + 1)) * height
            changes[start + column] += Float(covered - before)
            before = covered
        }
    }

    /// The mean over an edge from `left` to `right` of what a pixel that ends at `end` has of it.
    private static func covered(_ left: Double, _ right: Double, _ end: Double) -> Double {
        func integral(_ x: Double) -> Double {
            let inside = min(max(x, left), right) - left
            return inside * inside / 2 + max(0, x - right) * (right - left)
        }
        return (integral(end) - integral(end - 1)) / (right - left)
    }

    func forEachPixel(_ body: (_ x: Int, _ y: Int, _ share: Float) -> Void) {
        for row in rows {
            let start = (row - rows.lowerBound) * (columns.count + 2)
            var sum: Float = 0
            for column in 0..<columns.count {
                sum += changes[start + column]
                let share = min(abs(sum), 1)
                if share > 0.002 { body(columns.lowerBound + column, row, share) }
            }
        }
    }
}
