/// The confusion matrix as a picture: a row a true class, shaded by the share of the row; blue
/// where the prediction is right, orange where it is wrong; counts and shares on hover.
struct ConfusionPicture {
    private let classes: [ClassMetrics]
    private let counts: [[Int]]
    private let cell: Double
    private let left: Double
    private let top = 64.0

    init(_ metrics: ClassificationMetrics) {
        classes = metrics.perClass
        counts = metrics.confusion
        cell = min(max(560 / Double(metrics.classes), 5), 36)
        left = 16 + 6.4 * Double(classes.map { Self.name($0).count }.max() ?? 0)
    }

    private var side: Double { cell * Double(classes.count) }
    private var width: Double { left + max(side, 150) + 24 }
    private var height: Double { top + side + 16 }
    private var showsText: Bool { cell >= 16 }

    /// Colours of the page; the picture's file carries its own.
    static let style = """
        .cm text{fill:var(--ink);font:12px system-ui,sans-serif}
        .cm .axis{fill:var(--muted);font-size:11px}
        .cm .hit{fill:var(--accent)}.cm .miss{fill:var(--miss)}.cm .empty{fill:var(--cell)}
        .cm text.on{fill:var(--paper)}.cm .n{text-anchor:middle;font-size:11px;pointer-events:none}
        """

    /// The picture for a page that defines the colours.
    var element: String {
        let (w, h) = (ReportText.point(width), ReportText.point(height))
        return "<svg class=\"cm\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(w) \(h)\" "
            + "width=\"\(w)\" height=\"\(h)\" role=\"img\" aria-label=\"Confusion matrix\">"
            + axes + classes.indices.map(row).joined() + "</svg>"
    }

    /// The picture as a file of its own.
    var document: String {
        let style = "<style>\(ReportStyle.colours)\n\(Self.style)</style>"
        let ground = "<rect width=\"100%\" height=\"100%\" fill=\"var(--paper)\"/>"
        guard let end = element.firstIndex(of: ">") else { return element }
        return element[...end] + style + ground + element[element.index(after: end)...] + "\n"
    }

    private var axes: String {
        let middle = ReportText.point(left + side / 2)
        let end = ReportText.point(left - 10)
        return "<text class=\"axis\" x=\"\(middle)\" y=\"20\" text-anchor=\"middle\">"
            + "predicted class</text>"
            + "<text class=\"axis\" x=\"\(end)\" y=\"20\" text-anchor=\"end\">true class</text>"
    }

    private static func name(_ entry: ClassMetrics) -> String {
        "\(ReportText.shorten(entry.label.name, to: 36))  \(entry.label.id)"
    }

    private func row(_ row: Int) -> String {
        let y = top + cell * Double(row)
        var text = ""
        if showsText {
            let (x, base) = (ReportText.point(left - 10), ReportText.point(y + cell / 2 + 4))
            let name = ReportText.escape(Self.name(classes[row]))
            text += "<text x=\"\(x)\" y=\"\(base)\" text-anchor=\"end\">\(name)</text>"
            let centre = ReportText.point(left + cell * (Double(row) + 0.5))
            text +=
                "<text class=\"axis\" x=\"\(centre)\" y=\"\(ReportText.point(top - 10))\" "
                + "text-anchor=\"middle\">\(classes[row].label.id)</text>"
        }
        return text + classes.indices.map { square(row, $0, y) }.joined()
    }

    private func square(_ row: Int, _ column: Int, _ y: Double) -> String {
        let count = counts[row][column]
        let share = classes[row].support > 0 ? Double(count) / Double(classes[row].support) : 0
        let x = left + cell * Double(column)
        let kind = count == 0 ? "empty" : row == column ? "hit" : "miss"
        let opacity =
            count == 0 ? "" : " fill-opacity=\"\(ReportText.number(0.12 + 0.88 * share))\""
        let size = ReportText.point(cell - min(2, cell / 8))
        var text =
            "<rect class=\"\(kind)\" x=\"\(ReportText.point(x))\" "
            + "y=\"\(ReportText.point(y))\" width=\"\(size)\" height=\"\(size)\" rx=\"2\"\(opacity)>"
        text += "<title>\(title(row, column, count, share))</title></rect>"
        if count > 0, showsText, "\(count)".count <= Int(cell / 7) {
            text +=
                "<text class=\"n\(share > 0.5 ? " on" : "")\" "
                + "x=\"\(ReportText.point(x + cell / 2 - 1))\" "
                + "y=\"\(ReportText.point(y + cell / 2 + 3))\">\(count)</text>"
        }
        return text
    }

    private func title(_ row: Int, _ column: Int, _ count: Int, _ share: Double) -> String {
        let (truth, guess) = (classes[row].label.name, classes[column].label.name)
        return ReportText.escape("\(truth) taken for \(guess)")
            + ": \(count) of \(classes[row].support) (\(ReportText.percent(share)))"
    }
}
