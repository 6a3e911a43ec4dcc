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
        let plates: [HTML] = figures.comparison.map {
            "<div class=\"plate\">\($0.figure.element)</div>"
        }
        let list: [HTML] = notes.map { "<li>\($0)</li>" }
        let body: [HTML] = [
            header,
            many ? "<div class=\"plate wide\">\(figures.intervals.figure.element)</div>" : .none,
            list.isEmpty ? .none : "<ul>\(list)</ul>",
            plates.isEmpty
                ? .none
                : """
                <section><h2>Curves of all methods, mean of the classes</h2>\
                <div class="pair">\(plates)</div></section>
                """,
            comparison.map { ComparisonSection($0).html } ?? .none,
            methods.indices.map(section).joined(by: "\n"),
            provenance.map {
                "<section><h2>How this page was made</h2>\n\(ReportSection.origin($0))</section>"
            } ?? .none,
            "<div id=\"tip\" hidden=\"hidden\" data-columns=\"1\" data-side=\"0\"></div>",
        ]
        return ReportPage(
            title: title, style: [Figure.style, ReportStyle.report], body: body.lines,
            script: ReportPage.script
        ).html
    }

    private var header: HTML {
        let heads: [HTML] = Self.columns.map { "<th>\($0.title)</th>" }
        let rows = methods.enumerated().map { number, method -> HTML in
            let cells = Self.columns.map { column -> HTML in
                let range: HTML? = method.interval(column.metric.key).map {
                    "<small>\(ReportText.interval($0))</small>"
                }
                let value = ReportText.number(column.metric.value(in: method.json))
                return "<td><b>\(value)</b>\(range ?? .none)</td>"
            }
            return "<tr><td><a href=\"#m\(number)\">\(method.name)</a></td>\(cells)</tr>"
        }
        let counts = Set(methods.map(\.predictions.count)).sorted()
        let mixed =
            counts.count > 1
            ? ["Methods were measured on different rows: their numbers must not be compared."] : []
        let alarms = methods.flatMap { method in
            ReportDetails.alarms(method.json).map { "\(method.name): \($0)" }
        }
        let resamples = methods.compactMap { $0.json["intervals"]?["resamples"]?.integer }.first
        let small = resamples.map { "Small print: intervals of a bootstrap of \($0) resamples." }
        return """
            <h1>\(title)</h1>
            <p class="muted">\(counts.map(String.init).joined(separator: ", ")) test rows with any
            number of classes · \(methods.count) method\(methods.count == 1 ? "" : "s")</p>
            \(ReportDetails.box(mixed + alarms))
            <div class="scroll"><table class="headline"><thead><tr><th>Method</th>\(heads)</tr>
            </thead><tbody>
            \(rows.joined(by: "\n"))
            </tbody></table></div>
            <p class="muted"><small>Every class is decided for itself by its threshold. All right:
            rows whose classes are all right. Hamming loss: wrong decisions of all, low is good.
            mAUC and mAP: means over classes that have rows with and without them.
            \(small ?? "")
            </small></p>
            """
    }

    private func section(_ number: Int) -> HTML {
        let method = methods[number]
        let plates: [HTML] = zip(["ROC", "Precision and recall"], figures.methods[number]).map {
            "<div class=\"plate wide\"><h3>\($0)</h3>\($1.figure.element)</div>"
        }
        let parts: [HTML] = [
            "<section id=\"m\(number)\" class=\"method\"><h2>\(method.name)</h2>",
            ReportDetails.box(ReportDetails.alarms(method.json)), chips(method),
            ReportSection.choice(of: method.predictions.classes.labels),
            "<div class=\"pair curves\">\(plates)</div>",
            MultiLabelTable(method).html, ReportDetails(method.json).html, mistakes(method),
            Provenance(json: method.json["provenance"]).map {
                "<h3>How this was made</h3>\n\(ReportSection.origin($0))"
            } ?? .none, "</section>",
        ]
        return parts.lines
    }

    private func chips(_ method: MultiLabelMethod) -> HTML {
        let values =
            [("classes a row", method.json["cardinality"]?.number)]
            + Metric.columns(.severalSection).map { ($0.title, $0.metric.value(in: method.json)) }
        return ReportSection.chips(values.map { ($0.0, ReportText.number($0.1)) })
    }

    private func mistakes(_ method: MultiLabelMethod) -> HTML {
        guard !method.mistakes.isEmpty else { return .none }
        let cards = method.mistakes.map { mistake -> HTML in
            """
            <figure>\(ReportSection.picture(mistake.thumbnail))<figcaption><span class="miss">\
            \(mistake.label.name)</span><br>\
            \(mistake.isFalseAlarm ? "found, is not there" : "is there, was missed")\
            <br><small>score \(ReportText.significant(mistake.score)) · \(mistake.key)</small>\
            </figcaption></figure>
            """
        }
        return """
            <h3>Decisions furthest on the wrong side of their threshold</h3>
            <div class="cards">\(cards.joined(by: "\n"))</div>
            """
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
