internal import CambiumEvaluation
internal import CambiumFiles
internal import Foundation

/// Paired tests of a report's methods: a line a pair, and the classes' areas below.
struct ComparisonSection {
    private let comparison: Comparison

    init(_ comparison: Comparison) { self.comparison = comparison }

    /// The metrics that a line of the table has room for.
    private var metrics: [String] {
        Metric.keys(.differences).filter(comparison.metrics.contains)
    }

    var html: HTML {
        let heads: [HTML] = metrics.map { "<th>\($0.replacing("_", with: " "))</th>" }
        let rows = comparison.pairs.map { pair -> HTML in
            let cells = metrics.map { metric in
                pair.differences.first { $0.metric == metric }.map(cell) ?? "<td>–</td>"
            }
            let test = pair.mcNemar
            return """
                <tr><td class="left">\(name(pair))</td>\(cells)\
                <td title="only the first right: \(test.onlyFirst), only the second: \
                \(test.onlySecond)">\(p(pair.mcNemarCorrected))</td></tr>
                """
        }
        let notes: [HTML] = comparison.notes.map { "<p class=\"muted\">\($0)</p>" }
        return """
            <section id="paired"><h2>Differences on the same cases</h2>
            <div class="scroll"><table class="per"><thead><tr><th class="left">First minus
            second</th>\(heads)<th>McNemar, p</th></tr></thead><tbody>
            \(rows.joined(by: "\n"))
            </tbody></table></div>
            <p class="muted"><small>\(comparison.count) cases. Differences are taken resample by
            resample of one bootstrap (\(comparison.intervals.resamples) of
            \(comparison.intervals.drawn), seed \(comparison.intervals.seed));
            below each its \(ReportText.level(comparison.intervals.level)) interval and two-sided p.
            McNemar compares which cases are all right. All p values are corrected for the number
            of pairs (Holm); bold where below 0.05.</small></p>
            \(notes)\(comparison.pairs.map(areas).joined(by: "\n"))</section>
            """
    }

    private func name(_ pair: Comparison.Pair) -> HTML {
        let (first, second) = (comparison.models[pair.first], comparison.models[pair.second])
        return "\(first.name) <span class=\"muted\">minus</span> \(second.name)"
    }

    private func cell(_ entry: Comparison.Difference) -> HTML {
        let range = entry.interval.map { ReportText.interval($0) } ?? "no interval"
        return """
            <td>\(signed(entry.difference, "%+.3f", entry.corrected))<small>\(range)<br>\
            p \(p(entry.corrected))</small></td>
            """
    }

    /// A difference, bold where it is clear.
    private func signed(_ difference: Double, _ format: String, _ corrected: Double?) -> HTML {
        let value = String(format: format, difference)
        return corrected.map { $0 < 0.05 } ?? false ? "<b>\(value)</b>" : "\(value)"
    }

    private func areas(_ pair: Comparison.Pair) -> HTML {
        guard !pair.areas.isEmpty else { return .none }
        let rows = pair.areas.map { area -> HTML in
            """
            <tr><td class="left">\(area.label.name)</td>\
            <td>\(signed(area.difference, "%+.4f", area.corrected))</td>\
            <td>\(String(format: "%.4f", area.standardError))</td>\
            <td>\(p(area.p))</td><td>\(p(area.corrected))</td></tr>
            """
        }
        return """
            <details><summary>Areas under ROC curves, \(name(pair)) (DeLong)</summary>
            <div class="scroll"><table class="per sort"><thead><tr><th class="left">Class</th>
            <th>AUC difference</th><th>Standard error</th><th>p</th><th>p, Holm</th></tr></thead>
            <tbody>
            \(rows.joined(by: "\n"))
            </tbody></table></div></details>
            """
    }

    private func p(_ value: Double?) -> String {
        value.map { $0 < 0.0001 ? "< 0.0001" : String(format: "%.4f", $0) } ?? "–"
    }
}
