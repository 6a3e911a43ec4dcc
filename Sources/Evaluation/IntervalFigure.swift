/// Macro F1 of every method with its interval, one below the other on one scale.
struct IntervalFigure {
    private let methods: [(name: String, value: Double, range: Interval?)]
    private static let step = 30.0

    init(_ methods: [MethodResult]) {
        self.methods = methods.map {
            ($0.name, $0.metrics.macro.f1, Headline.macroF1.interval($0.metrics))
        }
    }

    var figure: Figure {
        let left = 16 + min(methods.map { Glyphs.width($0.name, size: 13) }.max() ?? 0, 300)
        let height = Self.step * Double(methods.count)
        let plot = Plot(left: left + 10, top: 6, width: 1070 - left, height: height)
        var figure = Figure(width: 1100, height: height + 52, label: "Macro F1 with intervals")
        plot.axes(
            &figure, across: Plot.fifths, up: [], below: "macro F1 with its interval", beside: "")
        for (index, method) in methods.enumerated() {
            let y = plot.top + Self.step * (Double(index) + 0.5)
            draw(method, at: y, in: plot, &figure)
        }
        return figure
    }

    private func draw(
        _ method: (name: String, value: Double, range: Interval?), at y: Double, in plot: Plot,
        _ figure: inout Figure
    ) {
        let name = Glyphs.fit(method.name, size: 13, into: 300)
        figure.text(name, plot.left - 12, y + 5, size: 13, anchor: .end)
        let words = ReportText.number(method.value)
        if let range = method.range {
            let ends = [range.lower, range.upper].map { min(max($0, 0), 1) }
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
            .circle(Figure.Point(plot.x(min(max(method.value, 0), 1)), y), radius: 5), fill: .accent
        )
        dot.title = "\(method.name): \(words)"
        figure.marks.append(dot)
    }
}
