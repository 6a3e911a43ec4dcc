/// The frame of a plot inside a figure: values to places, grid, ticks and titles.
struct Plot {
    let left: Double
    let top: Double
    let width: Double
    let height: Double
    var across: ClosedRange<Double> = 0...1
    var up: ClosedRange<Double> = 0...1

    func x(_ value: Double) -> Double {
        left + width * (value - across.lowerBound) / (across.upperBound - across.lowerBound)
    }

    func y(_ value: Double) -> Double {
        top + height * (1 - (value - up.lowerBound) / (up.upperBound - up.lowerBound))
    }

    func place(_ x: Double, _ y: Double) -> Figure.Point { Figure.Point(self.x(x), self.y(y)) }

    static let fifths = [0, 0.2, 0.4, 0.6, 0.8, 1.0]

    /// Grid lines and numbers at some values; names below and beside.
    func axes(
        _ figure: inout Figure, across ticks: [Double], up rises: [Double], below: String,
        beside: String, write: (Double) -> String = Plot.write
    ) {
        let (right, bottom) = (left + width, top + height)
        for tick in ticks {
            figure.line(
                [Figure.Point(x(tick), top), Figure.Point(x(tick), bottom)], .line)
            figure.text(
                Self.write(tick), x(tick), bottom + 16, size: 11, ink: .muted, anchor: .middle)
        }
        for rise in rises {
            figure.line([Figure.Point(left, y(rise)), Figure.Point(right, y(rise))], .line)
            figure.text(
                write(rise), left - 7, y(rise) + 4, size: 11, ink: .muted, anchor: .end)
        }
        figure.line(
            [
                Figure.Point(left, top), Figure.Point(left, bottom), Figure.Point(right, bottom),
            ], .muted)
        if !below.isEmpty {
            figure.text(
                below, left + width / 2, bottom + 34, size: 12, ink: .muted, anchor: .middle)
        }
        if !beside.isEmpty {
            figure.text(
                beside, 13, top + height / 2, size: 12, ink: .muted, anchor: .middle, turned: true)
        }
    }

    /// A tick's number without decimals it does not need.
    static func write(_ value: Double) -> String {
        value == value.rounded() ? "\(Int(value))" : ReportText.point(value)
    }

    /// Up to about five round numbers from 0 to a count.
    static func counts(to most: Int) -> [Double] {
        guard most > 0 else { return [0] }
        var step = 1
        while most / step > 4 { step *= Self.leads(step) ? 5 : 2 }
        return stride(from: 0, through: most, by: step).map(Double.init)
    }

    private static func leads(_ step: Int) -> Bool {
        var rest = step
        while rest % 10 == 0 { rest /= 10 }
        return rest == 2
    }
}
