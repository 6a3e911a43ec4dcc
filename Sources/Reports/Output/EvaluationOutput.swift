public import CambiumEvaluation
internal import CambiumFiles

/// The result of an evaluation and everything an evaluate command leaves behind.
public struct EvaluationOutput: Sendable {
    /// The method's numbers and mistakes.
    public let result: MethodResult
    private let rows: LabelledScores
    private let keys: [String]
    private let curves: [Curves]
    private let details: EvaluationDetails

    /// Evaluates scores.
    /// - Parameters:
    ///   - keys: a key a row; empty when rows have none.
    ///   - plan: what is measured beside the metrics.
    ///   - thumbnail: a small JPEG for a key, nil when there is none; asked for the mistakes shown.
    /// - Throws: `EvaluationError` when keys, groups or subgroups do not fit the rows.
    public init(
        name: String, rows: LabelledScores, keys: [String], provenance: Provenance,
        plan: EvaluationPlan = EvaluationPlan(), mistakes: Int = 24,
        thumbnail: (String) -> [UInt8]? = { _ in nil }
    ) throws(EvaluationError) {
        guard keys.isEmpty || keys.count == rows.rowCount else {
            throw .shape(
                place: "keys", expected: "\(rows.rowCount) rows", got: "\(keys.count)")
        }
        var shown = Mistake.worst(rows, keys: keys, limit: mistakes)
        for index in shown.indices { shown[index].thumbnail = thumbnail(shown[index].key) }
        let evaluation = try LabelledEvaluation(rows, bootstrap: plan.bootstrap)
        details = try plan.details(rows)
        result = try MethodResult(
            name: name, metrics: evaluation.metrics, provenance: provenance, mistakes: shown,
            members: details.members(argmax: evaluation.metrics.argmax), place: "the result")
        (curves, self.rows, self.keys) = (evaluation.curves, rows, keys)
    }

    /// The content of `metrics.json`.
    public var document: String { result.json.document }

    /// What a terminal shows of it.
    public var summary: String {
        result.metrics.isSeveral ? markdown : Report(title: result.name, methods: [result]).table
    }

    /// Writes `metrics.json`, `curves.json`, `scores.npy`, `labels.npy`, `scores.keys.tsv`,
    /// `report.html`, `summary.md`, `per_class.csv` and, where rows have one class each,
    /// `confusion.svg` into a new folder, which appears whole or not at all.
    /// - Throws: `EvaluationError/occupied(path:)` when something stands there, `FileError` when
    ///   a file cannot be written.
    public func write(to folder: String) throws {
        try Self.requireFree(folder)
        let staging = try StagedFolder(folder)
        try writeFiles(in: staging.path)
        try staging.commit()
    }

    /// Checks, before the work, that ``write(to:)`` will find its place free: absent, or an empty
    /// folder.
    public static func requireFree(_ folder: String) throws {
        switch FileSystem.kind(folder) {
        case nil where !FileSystem.isLink(folder): return
        case .folder where try FileSystem.names(in: folder).isEmpty: return
        default: throw EvaluationError.occupied(path: folder)
        }
    }

    /// The most confident mistakes of an output folder, without pictures; none where it has no
    /// scores or keys.
    /// - Throws: `EvaluationError` or `FileError` for files that do not fit together.
    public static func mistakes(in folder: String, limit: Int) throws -> [Mistake] {
        let (path, keysPath) = ("\(folder)/scores.npy", "\(folder)/scores.keys.tsv")
        guard FileSystem.kind(path) == .file, FileSystem.kind(keysPath) == .file else { return [] }
        let metrics = try MethodResult(folder: folder).metrics
        let predictions = try Predictions(
            classes: ClassList(metrics.perClass.map(\.metrics.label)),
            truth: try NPY("\(folder)/labels.npy").integers(),
            scores: try ScoreMatrix(NPY(path)))
        return Mistake.worst(
            try LabelledScores(predictions), keys: try EmbeddingTable.readKeys(keysPath).keys,
            limit: limit)
    }

    private func writeFiles(in folder: String) throws {
        let page = Report(
            title: result.name, methods: [ReportMethod(result, rows: try reportRows())])
        try FileSystem.write(document, to: "\(folder)/metrics.json")
        if !curves.isEmpty { try FileSystem.write(curveTable, to: "\(folder)/curves.json") }
        try rows.scores.write(to: "\(folder)/scores.npy")
        try writeLabels(to: "\(folder)/labels.npy")
        if !keys.isEmpty {
            try EmbeddingTable.writeKeys(keys, labels, to: "\(folder)/scores.keys.tsv")
        }
        try FileSystem.write(page.html, to: "\(folder)/report.html")
        try FileSystem.write(markdown, to: "\(folder)/summary.md")
        if case .single(let metrics) = result.metrics {
            try FileSystem.write(
                ConfusionFigure(metrics).figure.document, to: "\(folder)/confusion.svg")
        }
        try FileSystem.write(perClassTable, to: "\(folder)/per_class.csv")
    }

    /// Rows of one class each are left out where a page of them would cost more than the run.
    private func reportRows() throws(EvaluationError) -> ReportRows? {
        switch rows {
        case .single(let predictions, _):
            try ScoredRows(predictions, keys: keys).map(ReportRows.single)
        case .several(let predictions): .several(predictions)
        }
    }

    private func writeLabels(to path: String) throws {
        switch rows {
        case .single(let predictions, _): try NPY.write(predictions.truth, to: path)
        case .several(let predictions):
            try NPY.write(
                predictions.truth, shape: [predictions.count, predictions.classes.count], to: path)
        }
    }

    /// A class a row, where each has one.
    private var labels: [ClassLabel?] {
        switch rows {
        case .single(let predictions, _):
            predictions.truth.map { predictions.classes.labels[$0] }
        case .several(let predictions): [ClassLabel?](repeating: nil, count: predictions.count)
        }
    }

    /// Points of the curves, a class each, as a file.
    private var curveTable: String {
        let entries = zip(rows.classList.labels, curves).map { label, curve in
            var members = curve.json.object ?? [:]
            members["class_id"] = .integer(label.id)
            members["class_name"] = .string(label.name)
            return JSON.object(members)
        }
        return JSON.object(["per_class": .array(entries)]).line + "\n"
    }

    private var perClassTable: String {
        let columns = ClassColumn.file(result.metrics)
        return result.metrics.perClass.reduce(ClassColumn.heading(columns) + "\n") {
            $0 + ClassColumn.line($1, columns) + "\n"
        }
    }

    private var markdown: String {
        switch result.metrics {
        case .single(let metrics):
            Report(title: result.name, methods: [result]).markdown
                + DetailsText.markdown(details, argmax: metrics)
        case .several(let metrics): markdown(metrics)
        }
    }

    private func markdown(_ metrics: MultiLabelMetrics) -> String {
        let rows = Metric.columns(.severalSummary).map { column in
            let key = column.metric.key
            let interval = metrics.intervals?.values[key].map(ReportText.interval)
            return "| \(column.title) | \(ReportText.number(metrics.values[key])) | "
                + "\(interval ?? "–") |\n"
        }
        return "# \(ReportText.markdown(result.name))\n\n"
            + "| Metric | Value | Interval |\n|---|---:|---:|\n" + rows.joined()
            + "\n\(metrics.count) test rows, \(metrics.perClass.count) classes, "
            + "\(ReportText.number(metrics.cardinality)) classes a row.\n"
            + DetailsText.warnings(details) + DetailsText.markdown(details, argmax: nil)
    }
}
