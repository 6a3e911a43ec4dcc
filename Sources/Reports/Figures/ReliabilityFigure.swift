internal import CambiumEvaluation

/// How far probabilities can be believed: above, the share of right predictions by confidence, on
/// the diagonal where the two agree; below, how many predictions have that confidence.
struct ReliabilityFigure {
    private let calibration: Calibration

    init(_ calibration: Calibration) { self.calibration = calibration }

    /// A file may hold anything.
    private static func bounded(_ share: Double) -> Double { min(max(share, 0), 1) }

    var figure: Figure {
        var figure = Figure(width: 330, height: 428, label: "Reliability diagram")
        let upper = Plot(left: 50, top: 10, width: 268, height: 268)
        upper.axes(
            &figure, across: Plot.fifths, up: Plot.fifths, below: "", beside: "share right")
        for bin in calibration.bins { draw(bin, in: upper, &figure) }
        figure.line(
            [upper.place(0, 0), upper.place(1, 1)], .muted, width: 1.5, dash: [5, 4])
        histogram(&figure)
        return figure
    }

    private func draw(_ bin: Calibration.Bin, in plot: Plot, _ figure: inout Figure) {
        guard let accuracy = bin.accuracy.map(Self.bounded),
            let confidence = bin.confidence.map(Self.bounded)
        else { return }
        let (x, width) = (plot.x(bin.lower) + 1, plot.x(bin.upper) - plot.x(bin.lower) - 2)
        let (top, even) = (plot.y(accuracy), plot.y(confidence))
        let title =
            "\(bin.count) rows, mean confidence \(ReportText.percent(confidence)), right "
            + ReportText.percent(accuracy)
        // What is missing to the confidence, or exceeds it.
        figure.rectangle(
            x, min(top, even), width, abs(top - even), fill: .miss, opacity: 0.28, title: title)
        figure.rectangle(
            x, top, width, max(plot.y(0) - top, 1.5), fill: .accent, opacity: 0.8, title: title)
    }

    private func histogram(_ figure: inout Figure) {
        let most = calibration.bins.map(\.count).max() ?? 0
        let plot = Plot(
            left: 50, top: 312, width: 268, height: 72, up: 0...Double(max(most, 1)))
        plot.axes(
            &figure, across: Plot.fifths, up: Plot.counts(to: most), below: "confidence",
            beside: "rows")
        for bin in calibration.bins where bin.count > 0 {
            let (x, width) = (plot.x(bin.lower) + 1, plot.x(bin.upper) - plot.x(bin.lower) - 2)
            let right = Double(bin.count) * Self.bounded(bin.accuracy ?? 0)
            let found = min(Int(exactly: right.rounded()) ?? 0, bin.count)
            let title = "\(found) right, \(bin.count - found) wrong"
            let (top, middle) = (plot.y(Double(bin.count)), plot.y(right))
            figure.rectangle(
                x, middle, width, plot.y(0) - middle, fill: .accent, opacity: 0.8, title: title)
            figure.rectangle(x, top, width, middle - top, fill: .miss, opacity: 0.8, title: title)
        }
    }
}
