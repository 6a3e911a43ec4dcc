internal import CambiumEvaluation

/// Macro F1 of every method with its interval, one below the other on one scale.
struct IntervalFigure {
    private let methods: [(name: String, value: Double, range: Interval?)]
    private static let step = 30.0

    init(_ methods: [MethodResult]) {
        func bounded(_ value: Double) -> Double { min(max(value, 0), 1) }
        self.methods = methods.map { method in
            let range = method.metrics.intervals?.values["macro_f1"].map {
                Interval(lower: bounded($0.lower), upper: bounded($0.upper))
            }
            return (method.name, bounded(method.metrics.macro.f1), range)
        }
    }

    var figure: Figure {
        let left = 16 + min(methods.map { Glyphs.width($0.name, size: 13) }.max() ?? 0, 300)
        let height = Self.step * Double(methods.count)
        let (range, ticks) = scale
        let plot = Plot(
            left: left + 10, top: 6, width: 1070 - left, height: height, across: range)
        var figure = Figure(width: 1100, height: height + 52, label: "Macro F1 with intervals")
        plot.axes(
            &figure, across: ticks, up: [], below: "macro F1 with its interval", beside: "")
        for (index, method) in methods.enumerated() {
            let y = plot.top + Self.step * (Double(index) + 0.5)
            draw(method, at: y, in: plot, &figure)
        }
        return figure
    }

    /// From 0 to 1, or the tenths around all intervals.
    private var scale: (ClosedRange<Double>, [Double]) {
        let low = methods.map { $0.range?.lower ?? $0.value }.min() ?? 0
        let high = methods.map { $0.range?.upper ?? $0.value }.max() ?? 1
        let first = max(0, Int((low * 10 - 0.2).rounded(.down)))
        let last = min(10, max(first + 1, Int((high * 10 + 0.2).rounded(.up))))
        guard last - first <= 6 else { return (0...1, Plot.fifths) }
        return (
            Double(first) / 10...Double(last) / 10, (first...last).map { Double($0) / 10 }
        )
    }

    private func draw(
        _ method: (name: String, value: Double, range: Interval?), at y: Double, in plot: Plot,
        _ figure: inout Figure
    ) {
        let name = Glyphs.fit(method.name, size: 13, into: 300)
        figure.text(name, plot.left - 12, y + 5, size: 13, anchor: .end)
        let words = ReportText.number(method.value)
        if let range = method.range {
            let ends = [range.lower, range.upper]
            figure.line(
                ends.map { Figure.Point(plot.x($0), y) }, .accent, width: 3, opacity: 0.55,
                title: ReportText.interval(range))
            for end in ends {
                figure.line(
                    [Figure.Point(plot.x(end), y - 5), Figure.Point(plot.x(end), y + 5)], .accent,
                    width: 1.5)
            }
        }
        var dot = Figure.Mark(
            .circle(Figure.Point(plot.x(method.value), y), radius: 5), fill: .accent
        )
        dot.title = "\(method.name): \(words)"
        figure.marks.append(dot)
    }
}
