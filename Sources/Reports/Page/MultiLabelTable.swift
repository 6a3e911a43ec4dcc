internal import CambiumFiles

/// A line a class of rows with several labels, the one found worst first.
struct MultiLabelTable {
    private let method: String
    private let entries: [JSON]

    init(_ method: MultiLabelMethod) {
        (self.method, entries) = (method.name, method.json["per_class"]?.array ?? [])
    }

    private static let columns = [
        ("Threshold", "threshold"), ("Precision", "precision"), ("Recall", "recall"), ("F1", "f1"),
        ("AUC", "auc"), ("AP", "average_precision"), ("Specificity", "specificity"),
    ]

    var html: HTML {
        let heads: [HTML] = Self.columns.map { "<th>\($0.0)</th>" }
        let order = entries.indices.sorted { a, b in
            func rank(_ index: Int) -> (Int, Double, Int) {
                let support = entries[index]["support"]?.integer ?? 0
                return (support == 0 ? 1 : 0, entries[index]["f1"]?.number ?? 0, index)
            }
            return rank(a) < rank(b)
        }
        return """
            <h3>Classes, the worst found first</h3>
            <div class="scroll"><table class="per sort"><thead><tr><th>Id</th>
            <th class="left">Class</th><th>Rows</th>\(heads)</tr></thead><tbody>
            \(order.map { row(entries[$0]) }.joined(by: "\n"))
            </tbody></table></div>
            """
    }

    private func row(_ entry: JSON) -> HTML {
        let cells = Self.columns.map { title, key -> HTML in
            let value = entry[key]?.number
            let text =
                key == "threshold" ? ReportText.significant(value) : ReportText.number(value)
            return "<td>\(text)</td>"
        }
        return """
            <tr><td>\(entry["class_id"]?.integer ?? 0)</td>\
            <td class="left">\(entry["class_name"]?.string ?? "")</td>\
            <td>\(entry["support"]?.integer ?? 0)</td>\(cells)</tr>
            """
    }

    static let heading =
        "method,class_id,class_name,support,\(columns.map(\.1).joined(separator: ","))\n"

    /// The classes in their order, in full precision; empty where undefined.
    var csv: String {
        entries.map { entry in
            let values = Self.columns.map { entry[$0.1]?.number.map { "\($0)" } ?? "" }
            return "\(ReportText.csv(method)),\(entry["class_id"]?.integer ?? 0),"
                + "\(ReportText.csv(entry["class_name"]?.string ?? "")),"
                + "\(entry["support"]?.integer ?? 0),\(values.joined(separator: ","))\n"
        }.joined()
    }
}
