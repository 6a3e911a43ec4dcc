internal import CambiumEvaluation

/// The headline table: a line a method, a column a measure, as HTML, Markdown, CSV and plain text.
struct ReportTable {
    private let methods: [MethodResult]

    init(_ methods: [MethodResult]) { self.methods = methods }

    var html: String {
        let heads = Headline.allCases.map { "<th>\($0.title)</th>" }.joined()
        let rows = methods.enumerated().map { row($0.element, $0.offset) }.joined(separator: "\n")
        return """
            <div class="scroll"><table class="headline">
            <thead><tr><th>Method</th>\(heads)</tr></thead>
            <tbody>
            \(rows)
            </tbody></table></div>
            """
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

    /// Columns aligned, for a terminal.
    var text: String {
        let heads = ["Method"] + Headline.allCases.map(\.title) + ["Macro F1, interval"]
        let rows = methods.map { method in
            let range = Headline.macroF1.interval(method.metrics).map(ReportText.interval)
            return [method.name]
                + Headline.allCases.map { ReportText.number($0.value(method.metrics)) }
                + [range ?? "–"]
        }
        let widths = heads.indices.map { column in
            ([heads] + rows).map { $0[column].count }.max() ?? 0
        }
        return ([heads] + rows).map { row in
            let cells = zip(row, widths).map { cell, width in
                cell + String(repeating: " ", count: width - cell.count)
            }
            let line = cells.joined(separator: "  ")
            return String(line.reversed().drop { $0 == " " }.reversed()) + "\n"
        }.joined()
    }

    var markdown: String {
        var text = "| Method | " + Headline.allCases.map(\.title).joined(separator: " | ") + " |\n"
        text += "|---|" + Headline.allCases.map { _ in "---:|" }.joined() + "\n"
        for method in methods {
            let cells = Headline.allCases.map { column in
                let range =
                    column.interval(method.metrics)
                    .map { " (\(ReportText.interval($0)))" } ?? ""
                return ReportText.number(column.value(method.metrics)) + range
            }
            text += "| \(ReportText.markdown(method.name)) | \(cells.joined(separator: " | ")) |\n"
        }
        return text
    }

    /// Values in full, with the ends of their intervals; empty where undefined.
    var csv: String {
        let heads = Headline.allCases.flatMap { [$0.key, "\($0.key)_lower", "\($0.key)_upper"] }
        let lines = methods.map { method in
            let values = Headline.allCases.flatMap { column -> [Double?] in
                let range = column.interval(method.metrics)
                return [column.value(method.metrics), range?.lower, range?.upper]
            }
            return ([ReportText.csv(method.name)] + values.map { $0.map { "\($0)" } ?? "" })
                .joined(separator: ",")
        }
        return ([(["method"] + heads).joined(separator: ",")] + lines).map { $0 + "\n" }.joined()
    }
}
