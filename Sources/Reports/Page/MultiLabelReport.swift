public import CambiumEvaluation
internal import CambiumFiles
internal import CambiumImaging

/// Methods on rows with several labels, side by side: the page, Markdown, and files for the rest.
public struct MultiLabelReport: Sendable {
    private let title: String
    private let methods: [MultiLabelMethod]
    private let notes: [String]
    private let figures: MultiLabelFigures
    /// The command that made the report and the files it read.
    public var provenance: Provenance?
    /// Paired tests of the methods.
    public var comparison: Comparison?

    /// A report on methods, in the order given.
    public init(title: String, methods: [MultiLabelMethod], notes: [String] = []) {
        (self.title, self.methods, self.notes) = (title, methods, notes)
        figures = MultiLabelFigures(methods)
    }

    private static let columns = Metric.columns(.severalHeadline)

    /// The headline table as Markdown.
    public var table: String {
        let heads = Self.columns.map(\.title)
        let rows = methods.map { method in
            let cells = Self.columns.map { column in
                let range = method.interval(column.metric.key).map {
                    " (\(ReportText.interval($0)))"
                }
                return ReportText.number(column.metric.value(in: method.json)) + (range ?? "")
            }
            return "| \(ReportText.markdown(method.name)) | \(cells.joined(separator: " | ")) |\n"
        }
        return "| Method | \(heads.joined(separator: " | ")) |\n|---|"
            + heads.map { _ in "---:|" }.joined() + "\n" + rows.joined()
    }

    /// The whole page.
    public var html: String {
        let many = methods.count > 1
        let plates = figures.comparison.map { "<div class=\"plate\">\($0.figure.element)</div>" }
        let body = [
            header,
            many ? "<div class=\"plate wide\">\(figures.intervals.figure.element)</div>" : "",
            notes.isEmpty
                ? "" : "<ul>\(notes.map { "<li>\(ReportText.escape($0))</li>" }.joined())</ul>",
            plates.isEmpty
                ? ""
                : "<section><h2>Curves of all methods, mean of the classes</h2>"
                    + "<div class=\"pair\">\(plates.joined())</div></section>",
            comparison.map { ComparisonSection($0).html } ?? "",
            methods.indices.map(section).joined(separator: "\n"),
            provenance.map {
                "<section><h2>How this page was made</h2>\n\(ReportSection.origin($0))</section>"
            } ?? "",
            "<div id=\"tip\" hidden=\"hidden\" data-columns=\"1\" data-side=\"0\"></div>",
        ]
        return ReportPage(
            title: title, style: [Figure.style, ReportStyle.report],
            body: body.filter { !$0.isEmpty }.joined(separator: "\n"), script: ReportPage.script
        ).html
    }

    private var header: String {
        let heads = Self.columns.map { "<th>\($0.title)</th>" }.joined()
        let rows = methods.enumerated().map { number, method in
            let cells = Self.columns.map { column in
                let range = method.interval(column.metric.key).map {
                    "<small>\(ReportText.interval($0))</small>"
                }
                return
                    "<td><b>\(ReportText.number(column.metric.value(in: method.json)))</b>\(range ?? "")"
                    + "</td>"
            }
            return "<tr><td><a href=\"#m\(number)\">\(ReportText.escape(method.name))</a></td>"
                + cells.joined() + "</tr>"
        }
        let counts = Set(methods.map(\.predictions.count)).sorted()
        let mixed =
            counts.count > 1
            ? ["Methods were measured on different rows: their numbers must not be compared."] : []
        let alarms = methods.flatMap { method in
            ReportDetails.alarms(method.json).map { "\(method.name): \($0)" }
        }
        let resamples = methods.compactMap { $0.json["intervals"]?["resamples"]?.integer }.first
        return """
            <h1>\(ReportText.escape(title))</h1>
            <p class="muted">\(counts.map(String.init).joined(separator: ", ")) test rows with any
            number of classes · \(methods.count) method\(methods.count == 1 ? "" : "s")</p>
            \(ReportDetails.box(mixed + alarms))
            <div class="scroll"><table class="headline"><thead><tr><th>Method</th>\(heads)</tr>
            </thead><tbody>
            \(rows.joined(separator: "\n"))
            </tbody></table></div>
            <p class="muted"><small>Every class is decided for itself by its threshold. All right:
            rows whose classes are all right. Hamming loss: wrong decisions of all, low is good.
            mAUC and mAP: means over classes that have rows with and without them.
            \(resamples.map { "Small print: intervals of a bootstrap of \($0) resamples." } ?? "")
            </small></p>
            """
    }

    private func section(_ number: Int) -> String {
        let method = methods[number]
        let plates = zip(["ROC", "Precision and recall"], figures.methods[number]).map {
            "<div class=\"plate wide\"><h3>\($0)</h3>\($1.figure.element)</div>"
        }
        let options = method.predictions.classes.labels.enumerated().map {
            "<option value=\"\($0)\">\($1.id) · \(ReportText.escape($1.name))</option>"
        }
        let parts = [
            "<section id=\"m\(number)\" class=\"method\"><h2>\(ReportText.escape(method.name))</h2>",
            ReportDetails.box(ReportDetails.alarms(method.json)), chips(method),
            "<p class=\"pick\" hidden=\"hidden\"><label>Class <select><option value=\"\">all"
                + "</option>\(options.joined())</select></label> <span class=\"muted\"></span></p>",
            "<div class=\"pair curves\">\(plates.joined())</div>",
            MultiLabelTable(method).html, ReportDetails(method.json).html, mistakes(method),
            Provenance(json: method.json["provenance"]).map {
                "<h3>How this was made</h3>\n\(ReportSection.origin($0))"
            } ?? "", "</section>",
        ]
        return parts.filter { !$0.isEmpty }.joined(separator: "\n")
    }

    private func chips(_ method: MultiLabelMethod) -> String {
        let values =
            [("classes a row", method.json["cardinality"]?.number)]
            + Metric.columns(.severalSection).map { ($0.title, $0.metric.value(in: method.json)) }
        return "<div class=\"chips\">"
            + values.map { "<div><b>\(ReportText.number($0.1))</b><span>\($0.0)</span></div>" }
            .joined() + "</div>"
    }

    private func mistakes(_ method: MultiLabelMethod) -> String {
        guard !method.mistakes.isEmpty else { return "" }
        let cards = method.mistakes.map { mistake in
            let picture = mistake.thumbnail.map {
                "<img alt=\"\" src=\"\(ReportPage.source($0))\">"
            }
            return "<figure>\(picture ?? "")<figcaption><span class=\"miss\">"
                + "\(ReportText.escape(mistake.label.name))</span><br>"
                + (mistake.isFalseAlarm ? "found, is not there" : "is there, was missed")
                + "<br><small>score \(ReportText.significant(mistake.score)) · "
                + "\(ReportText.escape(mistake.key))</small></figcaption></figure>"
        }
        return "<h3>Decisions furthest on the wrong side of their threshold</h3>\n"
            + "<div class=\"cards\">\(cards.joined(separator: "\n"))</div>"
    }

    /// Writes everything beside the page into a folder that exists: numbers, tables and figures.
    /// - Throws: `FileError` when a file cannot be written, `ImageError` for a figure too large.
    public func write(to folder: String) throws {
        let all: JSON = [
            "title": .string(title),
            "methods": .array(
                methods.map { method in
                    var members = method.json.object ?? [:]
                    members["name"] = .string(method.name)
                    return .object(members)
                }), "provenance": provenance?.json ?? .null,
        ]
        let pictures = figures.all.map {
            "\n![\(ReportText.markdown($0.title))](\($0.name).png)\n"
        }
        let texts = [
            "metrics.json": all.document, "curves.csv": figures.table,
            "summary.md": "# \(ReportText.markdown(title))\n\n\(table)" + pictures.joined(),
            "per_class.csv": MultiLabelTable.heading
                + methods.map { MultiLabelTable($0).csv }.joined(),
        ]
        for (name, text) in texts { try FileSystem.write(text, to: "\(folder)/\(name)") }
        for entry in figures.all {
            let path = "\(folder)/\(entry.name)"
            try FileSystem.write(entry.figure.document, to: "\(path).svg")
            try FileSystem.write(PNGEncoder.encode(Raster.image(entry.figure)), to: "\(path).png")
        }
    }
}
