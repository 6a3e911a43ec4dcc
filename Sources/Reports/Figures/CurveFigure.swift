/// Lines from 0 to 1 both ways, with a legend below: ROC, or precision by recall.
struct CurveFigure {
    enum Kind: String, Sendable { case roc, precision }

    /// A curve and how it is drawn.
    struct Line: Sendable {
        var name: String
        var points: [Figure.Point]
        var ink: Ink
        var width = 2.0
        var dash: [Double] = []
        var opacity = 1.0
        /// The class whose curve it is; such lines are not in the legend.
        var group: Int?
    }

    private let kind: Kind
    private let lines: [Line]
    private static let side = 440.0
    private static let row = 20.0

    init(_ kind: Kind, _ lines: [Line]) { (self.kind, self.lines) = (kind, lines) }

    /// Dashes that tell lines of one colour apart.
    static func dash(_ number: Int) -> [Double] {
        [[], [7, 3], [2, 3], [9, 3, 2, 3]][number / Ink.hues % 4]
    }

    var figure: Figure {
        let named = lines.filter { $0.group == nil }
        let height = 10 + Self.side + 46 + Self.row * Double(named.count) + 6
        let isROC = kind == .roc
        var figure = Figure(
            width: 512, height: height, label: isROC ? "ROC curves" : "Precision-recall curves")
        let plot = Plot(left: 52, top: 10, width: Self.side, height: Self.side)
        plot.axes(
            &figure, across: Plot.fifths, up: Plot.fifths,
            below: isROC ? "false positive rate" : "recall",
            beside: isROC ? "true positive rate" : "precision")
        if isROC { figure.line([plot.place(0, 0), plot.place(1, 1)], .muted, dash: [3, 4]) }
        for line in lines {
            let places = line.points.map { plot.place($0.x, $0.y) }
            figure.line(
                Simplified.line(places, tolerance: 0.2), line.ink, width: line.width,
                dash: line.dash, opacity: line.opacity, title: line.name, group: line.group)
        }
        for (index, line) in named.enumerated() {
            let y = plot.top + Self.side + 58 + Self.row * Double(index)
            figure.line(
                [Figure.Point(plot.left, y - 4), Figure.Point(plot.left + 30, y - 4)], line.ink,
                width: line.width, dash: line.dash)
            let name = Glyphs.fit(line.name, size: 12, into: Self.side - 40)
            figure.text(name, plot.left + 40, y, size: 12)
        }
        return figure
    }
}

/// A line without the points that lie on it anyway (Ramer 1972; Douglas and Peucker 1973).
package enum Simplified {
    package static func line(_ points: [Figure.Point], tolerance: Double) -> [Figure.Point] {
        guard points.count > 2 else { return points }
        var isKept = [Bool](repeating: false, count: points.count)
        (isKept[0], isKept[points.count - 1]) = (true, true)
        var open = [(0, points.count - 1)]
        while let (first, last) = open.popLast() {
            guard last > first + 1 else { continue }
            let distances = (first + 1..<last).map {
                distance(points[$0], points[first], points[last])
            }
            guard let most = distances.max(), most > tolerance,
                let place = distances.firstIndex(of: most)
            else { continue }
            let middle = first + 1 + place
            isKept[middle] = true
            open += [(first, middle), (middle, last)]
        }
        return points.indices.filter { isKept[$0] }.map { points[$0] }
    }

    private static func distance(
        _ point: Figure.Point, _ a: Figure.Point, _ b: Figure.Point
    ) -> Double {
        let (dx, dy) = (b.x - a.x, b.y - a.y)
        let length = dx * dx + dy * dy
        let t =
            length == 0
            ? 0 : min(max(((point.x - a.x) * dx + (point.y - a.y) * dy) / length, 0), 1)
        let (x, y) = (a.x + t * dx - point.x, a.y + t * dy - point.y)
        return (x * x + y * y).squareRoot()
    }
}
