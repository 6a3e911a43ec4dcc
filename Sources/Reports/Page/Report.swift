public import CambiumEvaluation
internal import CambiumFiles

/// Methods side by side, all on rows of one kind (one class each, or several labels): a page that needs nothing but itself, Markdown, and files for the rest.
public struct Report: Sendable {
    let title: String
    let methods: [ReportMethod]
    private let notes: [String]
    /// Embeddings as points.
    public var map: EmbeddingMap?
    /// Pictures for points and mistakes.
    public var thumbnails: ThumbnailSheet?
    /// Paired tests of the methods.
    public var comparison: Comparison?
    /// The command that made the report and the files it read.
    public var provenance: Provenance?

    /// A report on methods, in the order given.
    public init(title: String, methods: [ReportMethod], notes: [String] = []) {
        (self.title, self.methods, self.notes) = (title, methods, notes)
    }

    /// A report on numbers alone, without curves.
    package init(title: String, methods: [MethodResult], notes: [String] = []) {
        self.init(title: title, methods: methods.map { ReportMethod($0) }, notes: notes)
    }

    private var kind: ReportKind { methods.first?.kind ?? .single }

    /// Whether the rows may have several labels.
    var isSeveral: Bool { kind == .several }

    var headline: ReportTable { ReportTable(methods.map(\.result), kind) }

    /// The headline table for a terminal: columns aligned, or as Markdown where there are many.
    public var table: String { isSeveral ? headline.markdown : headline.text }

    /// The whole page.
    public var html: String { page(figures) }

    var figures: ReportFigures {
        ReportFigures(methods, map: map, tiles: thumbnails?.tiles ?? [:])
    }

    func page(_ figures: ReportFigures) -> String {
        let sections = methods.indices.map { number in
            ReportSection(methods[number], figures: figures.methods[number], number: number).html
        }
        let body = [
            header, figures.methods.count > 1 ? Self.plain(figures.intervals) : .none, noteList,
            comparisons(figures), comparison.map { ComparisonSection($0).html } ?? .none,
            mapSection(figures), sections.joined(by: "\n"), origin, tip,
        ].lines
        return ReportPage(
            title: title,
            style: [Figure.style, ReportStyle.report] + (isSeveral ? [] : [tileStyle]), body: body,
            script: ReportPage.script
        ).html
    }

    private var header: HTML {
        let alarms = methods.flatMap { method in
            method.result.details.alarms.map { "\(method.result.name): \($0)" }
        }
        let rows = Set(methods.map(\.result.metrics.count))
        let mixed = "Methods were measured on different rows: their numbers must not be compared."
        return """
            <h1>\(title)</h1>
            <p class="muted">\(kind.subtitle(methods))</p>
            \(DetailsSection.box(rows.count > 1 ? [mixed] + alarms : alarms))\(navigation)
            \(headline.html)
            <p class="muted"><small>\(kind.legend(methods, intervals: intervalSentences))</small></p>
            """
    }

    private var navigation: HTML {
        guard !isSeveral, methods.count > 1 || map != nil else { return .none }
        var links: [HTML] = methods.enumerated().map { number, method in
            "<a href=\"#m\(number)\">\(method.result.name)</a>"
        }
        if map != nil { links.insert("<a href=\"#map\">Map</a>", at: 0) }
        if methods.count > 1, methods.contains(where: { $0.rows != nil }) {
            links.insert("<a href=\"#curves\">Curves</a>", at: 0)
        }
        if comparison != nil { links.insert("<a href=\"#paired\">Differences</a>", at: 0) }
        return "<nav>\(links.joined(by: " "))</nav>"
    }

    private var intervalSentences: [String] {
        Set(methods.compactMap { Self.describe($0.result.metrics.intervals) }).sorted()
    }

    private static func describe(_ intervals: Intervals?) -> String? {
        intervals.map {
            "Small print under a number: its \(ReportText.level($0.level)) interval, "
                + "\(Intervals.method): \($0.resamples) resamples of \($0.drawn), seed \($0.seed)."
        }
    }

    private var noteList: HTML {
        let list: [HTML] = notes.map { "<li>\($0)</li>" }
        return list.isEmpty ? .none : "<ul>\(list)</ul>"
    }

    private static func plain(_ entry: ReportFigures.Entry) -> HTML {
        "<div class=\"plate wide\">\(entry.figure.element)</div>"
    }

    private static func plates(_ entries: [ReportFigures.Entry]) -> [HTML] {
        entries.map { "<div class=\"plate\">\($0.figure.element)</div>" }
    }

    /// One average at a time, chosen without a script.
    private func comparisons(_ figures: ReportFigures) -> HTML {
        guard !figures.comparisons.isEmpty else { return .none }
        guard !isSeveral else {
            return figures.comparisons.map { pair in
                """
                <section><h2>Curves of all methods, \(pair.title)</h2>\
                <div class="pair">\(Self.plates(pair.entries))</div></section>
                """
            }.lines
        }
        let inputs = figures.comparisons.enumerated().map { number, pair -> HTML in
            let first: HTML = number == 0 ? " checked=\"checked\"" : .none
            return """
                <input type="radio" name="average" id="a\(number)"\(first)>\
                <label for="a\(number)">\(pair.title)</label>
                """
        }
        let panes = figures.comparisons.map { pair -> HTML in
            """
            <div class="pane"><p class="only-print muted">\(pair.title)</p>\
            <div class="pair">\(Self.plates(pair.entries))</div></div>
            """
        }
        return """
            <section id="curves"><h2>Curves of all methods</h2><div class="tabs">\
            \(inputs)\(panes.joined(by: "\n"))</div></section>
            """
    }

    private func mapSection(_ figures: ReportFigures) -> HTML {
        guard let map, let entry = figures.map else { return .none }
        return """
            <section id="map" class="map"><h2>Map of the embeddings</h2>
            <p class="muted">\(map.remark)</p>
            <div class="plate wide">\(entry.figure.element)</div></section>
            """
    }

    private var origin: HTML {
        guard let provenance else { return .none }
        return """
            <section><h2>How this page was made</h2>
            \(ReportSection.origin(provenance))</section>
            """
    }

    private var tip: HTML {
        """
        <div id="tip" hidden="hidden" data-columns="\(thumbnails?.columns ?? 1)" \
        data-side="\(thumbnails?.side ?? 0)"></div>
        """
    }

    private var tileStyle: String {
        guard let thumbnails else { return "" }
        return ".tile{width:\(thumbnails.side)px;height:\(thumbnails.side)px;"
            + "background-image:url(\(ReportPage.source(thumbnails.jpeg).text))}"
    }

    private var heading: String { "# \(ReportText.markdown(title))\n\n\(headline.markdown)" }

    /// What stands above the figures of `summary.md`.
    var summary: String { isSeveral ? heading : markdown }

    /// The headline table and the notes as Markdown.
    public var markdown: String {
        var text = heading + "\n\(kind.subtitle(methods).text)\n"
        for method in methods {
            for alarm in method.result.details.alarms {
                let name = ReportText.markdown(method.result.name)
                text += "\n**\(name): \(ReportText.markdown(alarm))**\n"
            }
        }
        let sentences = intervalSentences.map {
            $0.replacing("Small print under a number", with: "In brackets")
        }
        for note in sentences + notes { text += "\n\(ReportText.markdown(note))\n" }
        return text
    }
}
