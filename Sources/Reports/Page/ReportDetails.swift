internal import CambiumEvaluation
internal import CambiumFiles

/// What an evaluation measured beside the class with the highest score: thresholds chosen on other
/// rows, operating points, subgroups. Read from `metrics.json`; nothing where it holds none.
struct ReportDetails {
    private let json: JSON

    /// - Parameter json: a `metrics.json`.
    init(_ json: JSON) { self.json = json }

    /// What makes a result one that must not be published as it is, a sentence each.
    static func alarms(_ json: JSON) -> [String] {
        let said = json["warnings"]?.array?.compactMap(\.string) ?? []
        let isChosen = json["chosen_on_test"]?.bool == true && said.isEmpty
        return said
            + (isChosen ? ["Thresholds were chosen on the test rows: these numbers flatter."] : [])
    }

    /// Sentences in red; nothing where there is none.
    static func box(_ sentences: [String]) -> String {
        guard !sentences.isEmpty else { return "" }
        let lines = sentences.map { "<p class=\"warning\">\(ReportText.escape($0))</p>" }
        return "<div class=\"alarm\" role=\"alert\">\(lines.joined())</div>\n"
    }

    var html: String {
        let points = (json["operating_points"]?.array ?? []).map(operatingPoint)
        let groups = (json["subgroups"]?.array ?? []).map(subgroups)
        return ([protocols] + points + groups).filter { !$0.isEmpty }.joined(separator: "\n")
    }

    /// A number with its interval below it.
    private func cell(_ value: JSON?, _ interval: JSON?) -> String {
        let ends = interval?.array?.compactMap(\.number) ?? []
        let small =
            ends.count == 2
            ? "<small>\(ReportText.interval(Interval(lower: ends[0], upper: ends[1])))</small>" : ""
        return "<td>\(ReportText.number(value?.number))\(small)</td>"
    }

    private func table(_ heads: [String], _ rows: [String], sorts: Bool = false) -> String {
        let first = "<th class=\"left\">\(heads[0])</th>"
        let rest = heads.dropFirst().map { "<th>\($0)</th>" }.joined()
        return "<div class=\"scroll\"><table class=\"per\(sorts ? " sort" : "")\"><thead><tr>"
            + "\(first)\(rest)</tr></thead><tbody>\n\(rows.joined(separator: "\n"))\n"
            + "</tbody></table></div>"
    }

    private static func place(_ entry: JSON) -> String {
        guard entry["chosen_on"]?.string == "test" else { return "chosen on validation rows" }
        return "<span class=\"alarmed\">chosen on the test rows</span>"
    }

    private var protocols: String {
        let entries = json["protocols"]?["thresholds"]?.array ?? []
        guard !entries.isEmpty else { return "" }
        let isMultiple = json["task"]?.string == "multi-label"
        let first =
            isMultiple
            ? row("every class by the threshold given", json, right: "subset_accuracy")
            : row("the class with the highest score", json, right: "accuracy")
        let others = entries.map { entry in
            let criterion = ReportText.escape(entry["criterion"]?.string ?? "")
            return row(
                "every class by a threshold (\(criterion)), \(Self.place(entry))", entry,
                right: "subset_accuracy")
        }
        return "<h3>Both protocols</h3>\n"
            + table(
                ["Decision", "Macro F1", "Micro F1", "Weighted F1", "All right"], [first] + others)
            + "<p class=\"muted\"><small>By thresholds a row may get several classes or none. "
            + "Numbers of the two protocols must not be compared with each other.</small></p>"
    }

    private func row(_ name: String, _ entry: JSON, right: String) -> String {
        let intervals = entry["intervals"]
        let cells = ["macro", "micro", "weighted"].map {
            cell(entry[$0]?["f1"], intervals?["\($0)_f1"])
        }
        return "<tr><td class=\"left\">\(name)</td>\(cells.joined())"
            + "\(cell(entry[right], intervals?[right]))</tr>"
    }

    private func operatingPoint(_ point: JSON) -> String {
        let rows = (point["per_class"]?.array ?? []).map { entry in
            let name = ReportText.escape(entry["class_name"]?.string ?? "")
            let measures = ["sensitivity", "specificity", "precision"].map {
                cell(entry[$0], entry["intervals"]?[$0])
            }
            return "<tr><td class=\"left\">\(name)</td>"
                + "<td>\(ReportText.significant(entry["threshold"]?.number))</td>"
                + "\(measures.joined())<td>\(entry["support"]?.integer ?? 0)</td></tr>"
        }
        let criterion = ReportText.escape(point["criterion"]?.string ?? "")
        return "<h3>Operating point \(criterion), \(Self.place(point))</h3>\n"
            + table(
                ["Class", "Threshold", "Sensitivity", "Specificity", "Precision", "Rows"], rows,
                sorts: true)
    }

    private func subgroups(_ entry: JSON) -> String {
        let groups = entry["groups"]?.array ?? []
        let names = Set(groups.flatMap { ($0["metrics"]?.object ?? [:]).keys }).sorted()
        let gaps = entry["gaps"]?.array ?? []
        let rows = groups.map { group in
            let value = group["value"]?.string ?? ""
            let cells = names.map { cell(group["metrics"]?[$0], group["intervals"]?[$0]) }
            return "<tr><td class=\"left\">\(value.isEmpty ? "(empty)" : ReportText.escape(value))"
                + "</td><td>\(group["count"]?.integer ?? 0)</td>\(cells.joined())</tr>"
        }
        let last = names.map { name in
            let gap = gaps.first { $0["metric"]?.string == name }
            return cell(gap?["gap"], gap?["interval"])
        }
        let heads = names.map { ReportText.escape($0.replacing("_", with: " ")) }
        let notes = (entry["notes"]?.array ?? []).compactMap(\.string)
        let list = notes.map { "<p class=\"muted\"><small>\(ReportText.escape($0))</small></p>" }
        return "<h3>Subgroups by \(ReportText.escape(entry["column"]?.string ?? ""))</h3>\n"
            + table(
                ["Subgroup", "Rows"] + heads,
                rows + ["<tr><td class=\"left\"><b>gap</b></td><td></td>\(last.joined())</tr>"])
            + list.joined()
    }
}
