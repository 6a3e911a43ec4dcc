internal import CambiumEvaluation
internal import CambiumFiles
internal import Foundation

/// A line a class, the one found worst first; a click on a column's head sorts by it.
struct ClassTable {
    private let metrics: ClassificationMetrics
    private let precision: [Double?]

    init(_ method: ReportMethod) {
        metrics = method.result.metrics
        let entries = method.json["per_class"]?.array ?? []
        precision = metrics.perClass.indices.map { column in
            entries.indices.contains(column) ? entries[column]["average_precision"]?.number : nil
        }
    }

    private var hasPrecision: Bool { precision.contains { $0 != nil } }

    var html: HTML {
        let names =
            ["Precision", "Recall", "F1", "AUC"] + (hasPrecision ? ["AP"] : []) + ["Specificity"]
        let order = metrics.perClass.indices.sorted { a, b in
            let (first, second) = (metrics.perClass[a], metrics.perClass[b])
            if (first.support == 0) != (second.support == 0) { return second.support == 0 }
            return (first.rates.f1, a) < (second.rates.f1, b)
        }
        return """
            <h3>Classes, the worst found first</h3>
            <div class="scroll"><table class="per sort"><thead><tr><th>Id</th>
            <th class="left">Class</th><th>Rows</th>
            \(names.map { "<th>\($0)</th>" as HTML })</tr></thead><tbody>
            \(order.map(row).joined(by: "\n"))
            </tbody></table></div>
            """
    }

    private func row(_ column: Int) -> HTML {
        let entry = metrics.perClass[column]
        let share = String(format: "%.0f", 100 * entry.rates.f1)
        let own = hasPrecision ? cell(precision[column], "average_precision", entry) : .none
        return """
            <tr><td>\(entry.label.id)</td><td class="left">\(entry.label.name)</td>\
            <td>\(entry.support)</td>\(cell(entry.rates.precision))\(cell(entry.rates.recall))\
            <td><span class="bar"><i style="width:\(share)%"></i></span>\
            \(ReportText.number(entry.rates.f1))</td>\(cell(entry.auc, "auc", entry))\(own)\
            \(cell(entry.specificity, "specificity", entry))</tr>
            """
    }

    private func cell(
        _ value: Double?, _ name: String = "", _ entry: ClassMetrics? = nil
    ) -> HTML {
        let note = entry.flatMap { metrics.notes["per_class.\($0.label.id).\(name)"] }
        let title: HTML = note.map { " title=\"\($0)\"" } ?? .none
        return "<td\(title)>\(ReportText.number(value))</td>"
    }
}
