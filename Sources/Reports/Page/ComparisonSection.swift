internal import CambiumEvaluation
internal import Foundation

/// Paired tests of a report's methods: a line a pair, and the classes' areas below.
struct ComparisonSection {
    private let comparison: Comparison

    init(_ comparison: Comparison) { self.comparison = comparison }

    /// The metrics that a line of the table has room for.
    private var metrics: [String] {
        Metric.keys(.differences).filter(comparison.metrics.contains)
    }

    var html: String {
        let heads = metrics.map { "<th>\($0.replacing("_", with: " "))</th>" }.joined()
        let rows = comparison.pairs.map { pair in
            let cells = metrics.map { metric in
                pair.differences.first { $0.metric == metric }.map(cell) ?? "<td>–</td>"
            }
            let test = pair.mcNemar
            return "<tr><td class=\"left\">\(name(pair))</td>\(cells.joined())"
                + "<td title=\"only the first right: \(test.onlyFirst), only the second: "
                + "\(test.onlySecond)\">\(p(pair.mcNemarCorrected))</td></tr>"
        }
        let notes = comparison.notes.map { "<p class=\"muted\">\(ReportText.escape($0))</p>" }
        return """
            <section id="paired"><h2>Differences on the same cases</h2>
            <div class="scroll"><table class="per"><thead><tr><th class="left">First minus
            second</th>\(heads)<th>McNemar, p</th></tr></thead><tbody>
            \(rows.joined(separator: "\n"))
            </tbody></table></div>
            <p class="muted"><small>\(comparison.count) cases. Differences are taken resample by
            resample of one bootstrap (\(comparison.intervals.resamples) of
            \(ReportText.escape(comparison.intervals.drawn)), seed \(comparison.intervals.seed));
            below each its \(ReportText.level(comparison.intervals.level)) interval and two-sided p.
            McNemar compares which cases are all right. All p values are corrected for the number
            of pairs (Holm); bold where below 0.05.</small></p>
            \(notes.joined())\(comparison.pairs.map(areas).joined(separator: "\n"))</section>
            """
    }

    private func name(_ pair: Comparison.Pair) -> String {
        let names = [pair.first, pair.second].map {
            ReportText.escape(comparison.models[$0].name)
        }
        return "\(names[0]) <span class=\"muted\">minus</span> \(names[1])"
    }

    private func cell(_ entry: Comparison.Difference) -> String {
        let value = String(format: "%+.3f", entry.difference)
        let isClear = entry.corrected.map { $0 < 0.05 } ?? false
        let range = entry.interval.map { ReportText.interval($0) } ?? "no interval"
        return "<td>\(isClear ? "<b>\(value)</b>" : value)<small>\(range)<br>"
            + "p \(p(entry.corrected))</small></td>"
    }

    private func areas(_ pair: Comparison.Pair) -> String {
        guard !pair.areas.isEmpty else { return "" }
        let rows = pair.areas.map { area in
            let value = String(format: "%+.4f", area.difference)
            let isClear = area.corrected.map { $0 < 0.05 } ?? false
            return "<tr><td class=\"left\">\(ReportText.escape(area.label.name))</td>"
                + "<td>\(isClear ? "<b>\(value)</b>" : value)</td>"
                + "<td>\(String(format: "%.4f", area.standardError))</td>"
                + "<td>\(p(area.p))</td><td>\(p(area.corrected))</td></tr>"
        }
        return """
            <details><summary>Areas under ROC curves, \(name(pair)) (DeLong)</summary>
            <div class="scroll"><table class="per sort"><thead><tr><th class="left">Class</th>
            <th>AUC difference</th><th>Standard error</th><th>p</th><th>p, Holm</th></tr></thead>
            <tbody>
            \(rows.joined(separator: "\n"))
            </tbody></table></div></details>
            """
    }

    private func p(_ value: Double?) -> String {
        value.map { $0 < 0.0001 ? "&lt; 0.0001" : String(format: "%.4f", $0) } ?? "–"
    }
}
