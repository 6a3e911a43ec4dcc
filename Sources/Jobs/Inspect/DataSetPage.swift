internal import CambiumCorpus
internal import CambiumFiles
internal import CambiumReports
internal import Foundation

/// A data set on one page that needs nothing but itself: counts, sizes, a gallery, duplicates,
/// what was rejected, groups.
struct DataSetPage {
    private let survey: DataSetSurvey

    init(_ survey: DataSetSurvey) { self.survey = survey }

    var html: String {
        let pictures = DataSetPictures(survey)
        let sections = [
            classes, sizes, pictures.gallery, pictures.conflicts, pictures.pairs, rejected, groups,
        ]
        let body: HTML = "\(header)\n\(sections.lines)"
        return ReportPage(title: title, style: [Self.style], body: body).html
    }

    /// On paper sections follow each other, a class's pictures are one row that no page break cuts,
    /// and pairs and table rows stay whole.
    private static let style = String(
        decoding: PackageResources.dataset_css.dropLast(), as: UTF8.self)

    private var title: String {
        survey.manifest?["name"]?.string ?? FileSystem.name(survey.path)
    }

    private func count(_ split: SplitName) -> Int { survey.rows.count { $0.split == split } }

    private var header: HTML {
        let facts: [HTML] = ["description", "provenance", "licence"].compactMap { key in
            survey.manifest?[key]?.string.map { "<li>\($0)</li>" }
        }
        var chips = [("images", survey.rows.count), ("classes", survey.classes.count)]
        for split in SplitName.allCases where count(split) > 0 {
            chips.append((split.rawValue, count(split)))
        }
        let clusters = survey.duplicates.clusters
        chips += [
            ("clusters of equal pixels", clusters.count(where: \.isExact)),
            ("clusters of near duplicates", clusters.count { !$0.isExact }),
            ("rejected inputs", survey.rejected.count),
        ]
        let boxes: [HTML] = chips.map {
            "<div><b>\(Amount.grouped($0.1))</b><span>\($0.0)</span></div>"
        }
        let list: HTML = facts.isEmpty ? .none : "<ul class=\"muted\">\(facts)</ul>"
        return """
            <h1>\(title)</h1>
            <p class="muted"><code>\(survey.path)</code></p>
            \(list)
            <div class="chips">\(boxes)</div>
            """
    }

    private var classes: HTML {
        var counts: [String: [SplitName: Int]] = [:]
        for row in survey.rows {
            counts[row.label?.className ?? "", default: [:]][row.split, default: 0] += 1
        }
        let most = counts.values.map { $0.values.reduce(0, +) }.max() ?? 1
        let names = survey.classes + (counts[""] == nil ? [] : [""])
        let shown = names.prefix(Self.mostClasses)
        let rows = shown.map { row($0, counts[$0] ?? [:], most) }
        let rest = names.count - shown.count
        let key: [HTML] = SplitName.allCases.map {
            "<i class=\"\($0.rawValue)\"></i>\($0.rawValue)"
        }
        return """
            <h2>Classes</h2>
            <p class="muted key"><small>\(key)</small></p>
            <div class="scroll"><table class="per"><thead><tr><th>Class</th><th class="wide"></th>
            <th>train</th><th>validation</th><th>test</th><th>all</th></tr></thead><tbody>
            \(rows.joined(by: "\n"))
            </tbody></table></div>
            \(rest > 0 ? "<p class=\"muted\">and \(rest) more classes</p>" as HTML : .none)
            """
    }

    private static let mostClasses = 400

    private func row(_ name: String, _ counts: [SplitName: Int], _ most: Int) -> HTML {
        let bars = SplitName.allCases.map { split -> HTML in
            let share = 100 * Double(counts[split] ?? 0) / Double(max(most, 1))
            let width = String(format: "%.2f", share)
            return "<i class=\"\(split.rawValue)\" style=\"width:\(width)%\"></i>"
        }
        let cells: [HTML] = SplitName.allCases.map { "<td>\(counts[$0] ?? 0)</td>" }
        let text: HTML = name.isEmpty ? "<i>no label</i>" : "\(name)"
        return """
            <tr><td>\(text)</td><td class="wide"><div class="split">\(bars)</div></td>\
            \(cells)<td>\(counts.values.reduce(0, +))</td></tr>
            """
    }

    private var sizes: HTML {
        var counts: [String: Int] = [:]
        for row in survey.rows {
            let text = row.size.map { "\($0.width) × \($0.height)" } ?? "cannot be decoded"
            counts[text, default: 0] += 1
        }
        let sorted = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        let rows: [HTML] = sorted.prefix(20).map {
            "<tr><td>\($0.key)</td><td>\($0.value)</td></tr>"
        }
        let rest: HTML =
            sorted.count > 20 ? "<p class=\"muted\">and \(sorted.count - 20) more</p>" : .none
        return """
            <h2>Image sizes</h2>
            <p class="muted">As stored, in pixels.</p>
            <table class="per" style="width:auto"><thead><tr><th>Size</th><th>Images</th></tr></thead>
            <tbody>\(rows)</tbody></table>\(rest)
            """
    }

    private var rejected: HTML {
        guard !survey.rejected.isEmpty else { return .none }
        // Details that differ between files stand behind the first of these signs.
        let groups = Dictionary(grouping: survey.rejected) { item in
            String(item.reason.prefix { $0 != ":" && $0 != "(" && $0 != ";" })
        }
        let sorted = groups.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }
        let rows = sorted.prefix(100).map { reason, items -> HTML in
            let examples: [HTML] = items.prefix(4).map {
                "<code>\($0.path)</code><br><small>\($0.reason)</small>"
            }
            return """
                <tr><td>\(reason)</td><td>\(items.count)</td>\
                <td class="left">\(examples.joined(by: "<br>"))</td></tr>
                """
        }
        return """
            <h2>Rejected inputs</h2>
            <div class="scroll"><table class="per"><thead><tr><th>Reason</th><th>Files</th>
            <th class="left">For example</th></tr></thead><tbody>
            \(rows.joined(by: "\n"))
            </tbody></table></div>
            """
    }

    private var groups: HTML {
        guard let groups = survey.groups, !groups.isEmpty else { return .none }
        let sizes = groups.map(\.rows.count).sorted()
        let crossing = groups.filter { Set($0.rows.map { survey.rows[$0].split }).count > 1 }
        let largest = groups.sorted { ($1.rows.count, $0.group) < ($0.rows.count, $1.group) }
        let shown = (crossing.isEmpty ? largest : crossing).prefix(20)
        let rows = shown.map { group, rows -> HTML in
            let cells: [HTML] = SplitName.allCases.map { split in
                "<td>\(rows.count { survey.rows[$0].split == split })</td>"
            }
            return "<tr><td>\(group)</td>\(cells)</tr>"
        }
        let verdict: HTML =
            crossing.isEmpty
            ? "No group stands in more than one split; the largest are:"
            : "<b>\(crossing.count) stand in more than one split:</b>"
        return """
            <h2>Groups</h2>
            <p>\(Amount.counted(groups.count, "group")) of \(sizes.first ?? 0) to \(sizes.last ?? 0)
            images (median \(sizes[sizes.count / 2])). \(verdict)</p>
            <table class="per" style="width:auto"><thead><tr><th>Group</th><th>train</th>
            <th>validation</th><th>test</th></tr></thead><tbody>
            \(rows.joined(by: "\n"))
            </tbody></table>
            """
    }
}
