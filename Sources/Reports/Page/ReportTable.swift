internal import CambiumEvaluation
internal import CambiumFiles

/// The headline table: a line a method, a column a measure, as HTML, Markdown, CSV and plain text.
struct ReportTable {
    private let methods: [MethodResult]
    private let kind: ReportKind
    private let columns: [Metric.Column]

    init(_ methods: [MethodResult], _ kind: ReportKind) {
        (self.methods, self.kind, columns) = (methods, kind, Metric.columns(kind.headline))
    }

    var html: HTML {
        let heads: [HTML] = columns.map { "<th>\($0.title)</th>" }
        let rows = methods.enumerated().map { row($0.element, $0.offset) }.joined(by: "\n")
        // Lines break where they always did on pages of either kind: their bytes are compared.
        let (outer, inner): (HTML, HTML) = kind == .single ? ("\n", .none) : (.none, "\n")
        return """
            <div class="scroll"><table class="headline">\(outer)\
            <thead><tr><th>Method</th>\(heads)</tr>\(inner)</thead>\(outer)<tbody>
            \(rows)
            </tbody></table></div>
            """
    }

    private func row(_ method: MethodResult, _ number: Int) -> HTML {
        let cells = columns.map { column -> HTML in
            let value = method.metrics.values[column.metric.key]
            let best: HTML = isBest(value, column.metric) ? " class=\"best\"" : .none
            let range: HTML? = method.metrics.intervals?.values[column.metric.key]
                .map { "<small>\(ReportText.interval($0))</small>" }
            return "<td\(best)><b>\(ReportText.number(value))</b>\(range ?? .none)</td>"
        }
        return "<tr><td><a href=\"#m\(number)\">\(method.name)</a></td>\(cells)</tr>"
    }

    private func isBest(_ value: Double?, _ metric: Metric) -> Bool {
        guard let value, methods.count > 1, kind == .single else { return false }
        let values = methods.compactMap { $0.metrics.values[metric.key] }
        return value == (metric.isHigherBetter ? values.max() : values.min())
    }

    /// Columns aligned, for a terminal.
    var text: String {
        let heads = ["Method"] + columns.map(\.title) + ["Macro F1, interval"]
        let rows = methods.map { method in
            let range = method.metrics.intervals?.values["macro_f1"].map(ReportText.interval)
            return [method.name]
                + columns.map { ReportText.number(method.metrics.values[$0.metric.key]) }
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
        var text = "| Method | " + columns.map(\.title).joined(separator: " | ") + " |\n"
        text += "|---|" + columns.map { _ in "---:|" }.joined() + "\n"
        for method in methods {
            let cells = columns.map { column in
                let range =
                    method.metrics.intervals?.values[column.metric.key]
                    .map { " (\(ReportText.interval($0)))" } ?? ""
                return ReportText.number(method.metrics.values[column.metric.key]) + range
            }
            text += "| \(ReportText.markdown(method.name)) | \(cells.joined(separator: " | ")) |\n"
        }
        return text
    }

    /// Values in full, with the ends of their intervals; empty where undefined.
    var csv: String {
        let heads = columns.map(\.metric.key).flatMap { [$0, "\($0)_lower", "\($0)_upper"] }
        let lines = methods.map { method in
            let values = columns.flatMap { column -> [Double?] in
                let range = method.metrics.intervals?.values[column.metric.key]
                return [method.metrics.values[column.metric.key], range?.lower, range?.upper]
            }
            return ([ReportText.csv(method.name)] + values.map { $0.map { "\($0)" } ?? "" })
                .joined(separator: ",")
        }
        return ([(["method"] + heads).joined(separator: ",")] + lines).map { $0 + "\n" }.joined()
    }
}
