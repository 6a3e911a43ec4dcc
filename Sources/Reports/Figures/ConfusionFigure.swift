internal import CambiumEvaluation

/// The confusion matrix: a row a true class, shaded by the share of the row; blue where the
/// prediction is right, orange where it is wrong; count, share and examples when pointed at.
struct ConfusionFigure {
    private let classes: [ClassMetrics]
    private let counts: [[Int]]
    private let names: [String]
    /// Keys to show for a pair of classes.
    var examples: [[Int]: [String]] = [:]
    /// Thumbnails of keys.
    var tiles: [String: Int] = [:]

    private let cell: Double
    private let size: Double
    private let left: Double
    private let idWidth: Double
    private let top: Double

    init(_ metrics: ClassificationMetrics) {
        classes = metrics.perClass
        counts = metrics.confusion
        cell = min(max(510 / Double(metrics.classes), 9.5), 40)
        size = min(max(cell * 0.86, 7.5), 12)
        let (cell, size) = (cell, size)
        names = ShortNames.fit(classes.map(\.label.name), size: size, into: 230)
        let widest = names.map { Glyphs.width($0, size: size) }.max() ?? 0
        let ids = classes.map { Glyphs.width("\($0.label.id)", size: size) }.max() ?? 0
        idWidth = ids
        left = max(widest + ids + 22, 70)
        top = 28 + (ids > cell - 1 ? ids : size) + 6
    }

    private var side: Double { cell * Double(classes.count) }

    var figure: Figure {
        var figure = Figure(
            width: left + max(side, 140) + 12, height: top + side + 12, label: "Confusion matrix")
        figure.text(
            "predicted class", left + side / 2, 16, size: 12, ink: .muted, anchor: .middle)
        figure.text("true class", left - 8, top - 10, size: 12, ink: .muted, anchor: .end)
        figure.rectangle(left, top, side, side, fill: .cell)
        grid(&figure)
        for row in classes.indices {
            write(row, &figure)
            for column in classes.indices where counts[row][column] > 0 {
                square(row, column, &figure)
            }
        }
        return figure
    }

    private func grid(_ figure: inout Figure) {
        for index in 0...classes.count {
            let (x, y) = (left + cell * Double(index), top + cell * Double(index))
            let width = cell > 16 ? 1.5 : 0.8
            figure.line(
                [Figure.Point(x, top), Figure.Point(x, top + side)], .paper, width: width)
            figure.line(
                [Figure.Point(left, y), Figure.Point(left + side, y)], .paper, width: width)
        }
    }

    private func write(_ row: Int, _ figure: inout Figure) {
        let base = top + cell * (Double(row) + 0.5) + size * 0.36
        let id = "\(classes[row].label.id)"
        figure.text(names[row], left - idWidth - 14, base, size: size, anchor: .end, group: row)
        figure.text(id, left - 7, base, size: size, ink: .muted, anchor: .end, group: row)
        let middle = left + cell * (Double(row) + 0.5)
        if idWidth > cell - 1 {
            figure.text(
                id, middle + size * 0.36, top - 5, size: size, ink: .muted, turned: true,
                group: row)
        } else {
            figure.text(
                id, middle, top - 6, size: size, ink: .muted, anchor: .middle, group: row)
        }
    }

    private func square(_ row: Int, _ column: Int, _ figure: inout Figure) {
        let count = counts[row][column]
        let share = Double(count) / Double(max(classes[row].support, 1))
        let (x, y) = (left + cell * Double(column), top + cell * Double(row))
        let gap = cell > 16 ? 1.0 : 0.4
        var mark = Figure.Mark(
            .rectangle(
                Figure.Point(x + gap, y + gap), width: cell - 2 * gap, height: cell - 2 * gap,
                radius: cell > 16 ? 2 : 0), fill: row == column ? .accent : .miss)
        mark.opacity = 0.16 + 0.84 * share
        let keys = examples[[row, column]] ?? []
        mark.title = title(row, column, count, share, keys)
        mark.tiles = keys.compactMap { tiles[$0] }
        figure.marks.append(mark)
        let number = "\(count)"
        let numberSize = min(11, cell * 0.62)
        if numberSize >= 7, Glyphs.width(number, size: numberSize) <= cell - 2 {
            figure.text(
                number, x + cell / 2, y + cell / 2 + numberSize * 0.36, size: numberSize,
                ink: share > 0.7 ? .paper : .ink, anchor: .middle)
        }
    }

    private func title(
        _ row: Int, _ column: Int, _ count: Int, _ share: Double, _ keys: [String]
    ) -> String {
        let (truth, guess) = (classes[row].label.name, classes[column].label.name)
        let what = row == column ? "\(truth), found" : "\(truth) taken for \(guess)"
        let shown = keys.isEmpty ? "" : "\nfor example " + keys.joined(separator: ", ")
        return "\(what): \(count) of \(classes[row].support) (\(ReportText.percent(share)))\(shown)"
    }
}
