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
    static func box(_ sentences: [String]) -> HTML {
        guard !sentences.isEmpty else { return .none }
        let lines: [HTML] = sentences.map { "<p class=\"warning\">\($0)</p>" }
        return "<div class=\"alarm\" role=\"alert\">\(lines)</div>\n"
    }

    var html: HTML {
        let points = (json["operating_points"]?.array ?? []).map(operatingPoint)
        let groups = (json["subgroups"]?.array ?? []).map(subgroups)
        return ([protocols] + points + groups).lines
    }

    /// A number with its interval below it.
    private func cell(_ value: JSON?, _ interval: JSON?) -> HTML {
        let range = interval.flatMap(Interval.init(json:))
        let small: HTML = range.map { "<small>\(ReportText.interval($0))</small>" } ?? .none
        return "<td>\(ReportText.number(value?.number))\(small)</td>"
    }

    private func table(_ heads: [String], _ rows: [HTML], sorts: Bool = false) -> HTML {
        let rest: [HTML] = heads.dropFirst().map { "<th>\($0)</th>" }
        return """
            <div class="scroll"><table class="per\(sorts ? " sort" : "")"><thead><tr>\
            <th class="left">\(heads[0])</th>\(rest)</tr></thead><tbody>
            \(rows.joined(by: "\n"))
            </tbody></table></div>
            """
    }

    private static func place(_ entry: JSON) -> HTML {
        guard entry["chosen_on"]?.string == "test" else { return "chosen on validation rows" }
        return "<span class=\"alarmed\">chosen on the test rows</span>"
    }

    private var protocols: HTML {
        let entries = json["protocols"]?["thresholds"]?.array ?? []
        guard !entries.isEmpty else { return .none }
        let isMultiple = json["task"]?.string == "multi-label"
        let first =
            isMultiple
            ? row("every class by the threshold given", json, right: "subset_accuracy")
            : row("the class with the highest score", json, right: "accuracy")
        let others = entries.map { entry in
            row(
                "every class by a threshold (\(entry["criterion"]?.string ?? "")), "
                    + Self.place(entry),
                entry, right: "subset_accuracy")
        }
        let heads = ["Decision", "Macro F1", "Micro F1", "Weighted F1", "All right"]
        return """
            <h3>Both protocols</h3>
            \(table(heads, [first] + others))\
            <p class="muted"><small>By thresholds a row may get several classes or none. \
            Numbers of the two protocols must not be compared with each other.</small></p>
            """
    }

    private func row(_ name: HTML, _ entry: JSON, right: String) -> HTML {
        let intervals = entry["intervals"]
        let cells = ["macro", "micro", "weighted"].map {
            cell(entry[$0]?["f1"], intervals?["\($0)_f1"])
        }
        return """
            <tr><td class="left">\(name)</td>\(cells)\
            \(cell(entry[right], intervals?[right]))</tr>
            """
    }

    private func operatingPoint(_ point: JSON) -> HTML {
        let rows = (point["per_class"]?.array ?? []).map { entry -> HTML in
            let measures = ["sensitivity", "specificity", "precision"].map {
                cell(entry[$0], entry["intervals"]?[$0])
            }
            return """
                <tr><td class="left">\(entry["class_name"]?.string ?? "")</td>\
                <td>\(ReportText.significant(entry["threshold"]?.number))</td>\
                \(measures)<td>\(entry["support"]?.integer ?? 0)</td></tr>
                """
        }
        let heads = ["Class", "Threshold", "Sensitivity", "Specificity", "Precision", "Rows"]
        return """
            <h3>Operating point \(point["criterion"]?.string ?? ""), \(Self.place(point))</h3>
            \(table(heads, rows, sorts: true))
            """
    }

    private func subgroups(_ entry: JSON) -> HTML {
        let groups = entry["groups"]?.array ?? []
        let names = Set(groups.flatMap { ($0["metrics"]?.object ?? [:]).keys }).sorted()
        let gaps = entry["gaps"]?.array ?? []
        let rows = groups.map { group -> HTML in
            let value = SubgroupTable.shown(group["value"]?.string ?? "")
            let cells = names.map { cell(group["metrics"]?[$0], group["intervals"]?[$0]) }
            return """
                <tr><td class="left">\(value)</td><td>\(group["count"]?.integer ?? 0)</td>\
                \(cells)</tr>
                """
        }
        let last = names.map { name in
            let gap = gaps.first { $0["metric"]?.string == name }
            return cell(gap?["gap"], gap?["interval"])
        }
        let gapRow: HTML = "<tr><td class=\"left\"><b>gap</b></td><td></td>\(last)</tr>"
        let notes: [HTML] = (entry["notes"]?.array ?? []).compactMap(\.string).map {
            "<p class=\"muted\"><small>\($0)</small></p>"
        }
        let heads = ["Subgroup", "Rows"] + names.map { $0.replacing("_", with: " ") }
        return """
            <h3>Subgroups by \(entry["column"]?.string ?? "")</h3>
            \(table(heads, rows + [gapRow]))\(notes)
            """
    }
}
