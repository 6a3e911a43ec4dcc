/// Methods side by side as one page that needs nothing but itself, and as Markdown.
public struct Report: Sendable {
    private let title: String
    private let methods: [MethodResult]
    private let notes: [String]

    /// A report on methods, in the order given.
    public init(title: String, methods: [MethodResult], notes: [String] = []) {
        self.title = title
        self.methods = methods
        self.notes = notes
    }

    /// The whole page.
    public var html: String {
        let sections = methods.indices.map { ReportSection(methods[$0], number: $0).html }
        let style = [
            ReportStyle.colours, ReportStyle.page, ConfusionPicture.style,
            ReliabilityPicture.style, IntervalPicture.style,
        ].joined(separator: "\n")
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="generator" content="Cambium">
            <title>\(ReportText.escape(title))</title>
            <style>
            \(style)
            </style>
            </head>
            <body>
            \(header)
            \(sections.joined(separator: "\n"))
            </body>
            </html>

            """
    }

    private var header: String {
        let rows = methods.enumerated().map { row($0.element, $0.offset) }.joined(separator: "\n")
        let heads = Headline.allCases.map { "<th>\($0.title)</th>" }.joined()
        let picture = methods.count > 1 ? IntervalPicture(methods: methods).element : ""
        let list = notes.map { "<li>\(ReportText.escape($0))</li>" }.joined()
        return """
            <h1>\(ReportText.escape(title))</h1>
            <p class="muted">\(subtitle)</p>
            <div class="scroll"><table class="headline">
            <thead><tr><th>Method</th>\(heads)</tr></thead>
            <tbody>
            \(rows)
            </tbody></table></div>
            <p class="muted"><small>\(intervalNote) F1 averages run over every class; mAUC is the
            mean one-vs-rest ROC AUC; MCC is the multi-class Matthews correlation.</small></p>
            \(picture)\(list.isEmpty ? "" : "<ul>\(list)</ul>")
            """
    }

    private var subtitle: String {
        let counts = Set(methods.map(\.metrics.count)).sorted().map(String.init)
        let classes = Set(methods.map(\.metrics.classes)).sorted().map(String.init)
        return "\(counts.joined(separator: ", ")) test rows · "
            + "\(classes.joined(separator: ", ")) classes · "
            + "\(methods.count) method\(methods.count == 1 ? "" : "s")"
    }

    private var intervalNote: String {
        let notes = Set(methods.compactMap { Self.describe($0.metrics.intervals) }).sorted()
        return ReportText.escape(notes.joined(separator: " "))
    }

    private static func describe(_ intervals: Intervals?) -> String? {
        intervals.map {
            "Small print under a number: its \(ReportText.percent($0.level)) interval by a "
                + "percentile bootstrap, \($0.resamples) resamples of \($0.drawn), seed \($0.seed)."
        }
    }

    private func row(_ method: MethodResult, _ number: Int) -> String {
        let cells = Headline.allCases.map { column in
            let value = column.value(method.metrics)
            let range =
                column.interval(method.metrics)
                .map { "<small>\(ReportText.interval($0))</small>" } ?? ""
            return "<td\(isBest(value, column) ? " class=\"best\"" : "")>"
                + "<b>\(ReportText.number(value))</b>\(range)</td>"
        }
        return "<tr><td><a href=\"#m\(number)\">\(ReportText.escape(method.name))</a></td>"
            + cells.joined() + "</tr>"
    }

    private func isBest(_ value: Double?, _ column: Headline) -> Bool {
        guard let value, methods.count > 1 else { return false }
        return value == methods.compactMap { column.value($0.metrics) }.max()
    }

    /// The headline table and the notes as Markdown.
    public var markdown: String {
        var text = "# \(ReportText.markdown(title))\n\n"
        text += "| Method | " + Headline.allCases.map(\.title).joined(separator: " | ") + " |\n"
        text += "|---|" + Headline.allCases.map { _ in "---:|" }.joined() + "\n"
        for method in methods {
            let cells = Headline.allCases.map { column in
                let range =
                    column.interval(method.metrics)
                    .map { " (\(ReportText.interval($0)))" } ?? ""
                return ReportText.number(column.value(method.metrics)) + range
            }
            let name = ReportText.markdown(method.name)
            text += "| \(name) | \(cells.joined(separator: " | ")) |\n"
        }
        text += "\n\(subtitle)\n"
        let intervals = Set(methods.compactMap { Self.describe($0.metrics.intervals) }).sorted()
        for note in intervals.map({
            $0.replacing("Small print under a number", with: "In brackets")
        })
            + notes
        {
            text += "\n\(ReportText.markdown(note))\n"
        }
        return text
    }
}
