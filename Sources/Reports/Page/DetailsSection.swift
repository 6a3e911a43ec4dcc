internal import CambiumEvaluation
internal import CambiumFiles

/// The tables of a result's ``ReportDetails``; nothing where it has none.
struct DetailsSection {
    private let details: ReportDetails
    private let metrics: LabelledMetrics

    init(_ result: MethodResult) { (details, metrics) = (result.details, result.metrics) }

    /// Sentences in red; nothing where there is none.
    static func box(_ sentences: [String]) -> HTML {
        guard !sentences.isEmpty else { return .none }
        let lines: [HTML] = sentences.map { "<p class=\"warning\">\($0)</p>" }
        return "<div class=\"alarm\" role=\"alert\">\(lines)</div>\n"
    }

    var html: HTML {
        let points = details.operatingPoints.map(operatingPoint)
        return ([protocols] + points + details.subgroups.map(subgroups)).lines
    }

    /// A number with its interval below it.
    private func cell(_ value: Double?, _ interval: Interval?) -> HTML {
        let small: HTML = interval.map { "<small>\(ReportText.interval($0))</small>" } ?? .none
        return "<td>\(ReportText.number(value))\(small)</td>"
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

    private static func place(_ decisions: ReportDetails.Decisions) -> HTML {
        guard decisions.isChosenOnTest else { return "chosen on validation rows" }
        return "<span class=\"alarmed\">chosen on the test rows</span>"
    }

    private var protocols: HTML {
        guard !details.thresholds.isEmpty else { return .none }
        let heads = ["Decision", "Macro F1", "Micro F1", "Weighted F1", "All right"]
        return """
            <h3>Both protocols</h3>
            \(table(heads, [headline] + details.thresholds.map(row)))\
            <p class="muted"><small>By thresholds a row may get several classes or none. \
            Numbers of the two protocols must not be compared with each other.</small></p>
            """
    }

    /// The decisions that the result's own metrics are about.
    private var headline: HTML {
        let right = metrics.isSeveral ? "subset_accuracy" : "accuracy"
        let cells = ["macro_f1", "micro_f1", "weighted_f1", right].map {
            cell(metrics.values[$0], metrics.intervals?.values[$0])
        }
        return row(
            metrics.isSeveral
                ? "every class by the threshold given" : "the class with the highest score", cells)
    }

    private func row(_ decisions: ReportDetails.Decisions) -> HTML {
        let ranges = decisions.intervals
        return row(
            "every class by a threshold (\(decisions.criterion ?? "")), \(Self.place(decisions))",
            [
                cell(decisions.macro?.f1, ranges?["macro_f1"]),
                cell(decisions.micro?.f1, ranges?["micro_f1"]),
                cell(decisions.weighted?.f1, ranges?["weighted_f1"]),
                cell(decisions.subsetAccuracy, ranges?["subset_accuracy"]),
            ])
    }

    private func row(_ name: HTML, _ cells: [HTML]) -> HTML {
        "<tr><td class=\"left\">\(name)</td>\(cells)</tr>"
    }

    private func operatingPoint(_ point: ReportDetails.Decisions) -> HTML {
        let rows = (point.perClass ?? []).map { entry -> HTML in
            """
            <tr><td class="left">\(entry.name ?? "")</td>\
            <td>\(ReportText.significant(entry.threshold))</td>\
            \(cell(entry.sensitivity, entry.intervals?["sensitivity"]))\
            \(cell(entry.specificity, entry.intervals?["specificity"]))\
            \(cell(entry.precision, entry.intervals?["precision"]))\
            <td>\(entry.support ?? 0)</td></tr>
            """
        }
        let heads = ["Class", "Threshold", "Sensitivity", "Specificity", "Precision", "Rows"]
        return """
            <h3>Operating point \(point.criterion ?? ""), \(Self.place(point))</h3>
            \(table(heads, rows, sorts: true))
            """
    }

    private func subgroups(_ entry: ReportDetails.Subgroups) -> HTML {
        let groups = entry.groups ?? []
        let names = Set(groups.flatMap { ($0.metrics ?? [:]).keys }).sorted()
        let rows = groups.map { group -> HTML in
            let cells = names.map { cell(group.metrics?[$0] ?? nil, group.intervals?[$0]) }
            return """
                <tr><td class="left">\(SubgroupTable.shown(group.value ?? ""))</td>\
                <td>\(group.count ?? 0)</td>\(cells)</tr>
                """
        }
        let last = names.map { name in
            let gap = entry.gaps?.first { $0.metric == name }
            return cell(gap?.gap, gap?.interval.flatMap(Interval.init(json:)))
        }
        let gapRow: HTML = "<tr><td class=\"left\"><b>gap</b></td><td></td>\(last)</tr>"
        let notes: [HTML] = (entry.notes ?? []).map {
            "<p class=\"muted\"><small>\($0)</small></p>"
        }
        let heads = ["Subgroup", "Rows"] + names.map { $0.replacing("_", with: " ") }
        return """
            <h3>Subgroups by \(entry.column ?? "")</h3>
            \(table(heads, rows + [gapRow]))\(notes)
            """
    }
}
