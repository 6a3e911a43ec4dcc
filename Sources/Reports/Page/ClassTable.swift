internal import CambiumEvaluation
internal import CambiumFiles
internal import Foundation

/// A line a class, the one found worst first; a click on a column's head sorts by it.
struct ClassTable {
    private let metrics: LabelledMetrics
    private let columns: [ClassColumn]

    init(_ metrics: LabelledMetrics) {
        (self.metrics, columns) = (metrics, ClassColumn.page(metrics))
    }

    var html: HTML {
        let entries = metrics.perClass
        let order = entries.indices.sorted { a, b in
            func rank(_ index: Int) -> (Int, Double, Int) {
                let entry = entries[index].metrics
                return (entry.support == 0 ? 1 : 0, entry.rates.f1, index)
            }
            return rank(a) < rank(b)
        }
        let gap: HTML = metrics.isSeveral ? .none : "\n"
        return """
            <h3>Classes, the worst found first</h3>
            <div class="scroll"><table class="per sort"><thead><tr><th>Id</th>
            <th class="left">Class</th><th>Rows</th>\(gap)\
            \(columns.map { "<th>\($0.title)</th>" as HTML })</tr></thead><tbody>
            \(order.map { row(entries[$0]) }.joined(by: "\n"))
            </tbody></table></div>
            """
    }

    private func row(_ entry: ClassColumn.Entry) -> HTML {
        let label = entry.metrics.label
        return """
            <tr><td>\(label.id)</td><td class="left">\(label.name)</td>\
            <td>\(entry.metrics.support)</td>\(columns.map { cell($0, entry) })</tr>
            """
    }

    private func cell(_ column: ClassColumn, _ entry: ClassColumn.Entry) -> HTML {
        let value = column.value(entry)
        guard column != .threshold else { return "<td>\(ReportText.significant(value))</td>" }
        guard !metrics.isSeveral else { return "<td>\(ReportText.number(value))</td>" }
        if column == .f1 {
            let share = String(format: "%.0f", 100 * entry.metrics.rates.f1)
            return """
                <td><span class="bar"><i style="width:\(share)%"></i></span>\
                \(ReportText.number(value))</td>
                """
        }
        let note = metrics.notes["per_class.\(entry.metrics.label.id).\(column.rawValue)"]
        let title: HTML = note.map { " title=\"\($0)\"" } ?? .none
        return "<td\(title)>\(ReportText.number(value))</td>"
    }
}
