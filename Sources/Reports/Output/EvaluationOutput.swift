public import CambiumEvaluation
internal import CambiumFiles

/// The result of an evaluation and everything an evaluate command leaves behind.
public struct EvaluationOutput: Sendable {
    /// The method's numbers and mistakes.
    public let result: MethodResult
    private let predictions: Predictions
    private let keys: [String]
    private let curves: [Curves]
    private let details: EvaluationDetails

    /// Evaluates predictions.
    /// - Parameters:
    ///   - keys: a key a row; empty when rows have none.
    ///   - plan: what is measured beside the metrics of the highest score.
    ///   - thumbnail: a small JPEG for a key, nil when there is none; asked for the mistakes shown.
    /// - Throws: `EvaluationError` when the keys do not fit the rows.
    public init(
        name: String, predictions: Predictions, keys: [String], provenance: Provenance,
        plan: EvaluationPlan = EvaluationPlan(), mistakes: Int = 24,
        thumbnail: (String) -> [UInt8]? = { _ in nil }
    ) throws(EvaluationError) {
        guard keys.isEmpty || keys.count == predictions.count else {
            throw .shape(
                place: "keys", expected: "\(predictions.count) rows", got: "\(keys.count)")
        }
        var shown = Mistake.mostConfident(predictions, keys: keys, limit: mistakes)
        for index in shown.indices { shown[index].thumbnail = thumbnail(shown[index].key) }
        let evaluation = try SingleLabelEvaluation(predictions, bootstrap: plan.bootstrap)
        details =
            predictions.scores == nil
            ? .none : try plan.details(try LabelledScores(predictions))
        result = MethodResult(
            name: name, metrics: evaluation.metrics, provenance: provenance, mistakes: shown,
            warnings: details.warnings,
            details: details.members(argmax: evaluation.metrics.argmax))
        curves = evaluation.curves
        self.predictions = predictions
        self.keys = keys
    }

    /// Writes `metrics.json`, `curves.json`, `scores.npy`, `labels.npy`, `scores.keys.tsv`, `report.html`,
    /// `summary.md`, `confusion.svg` and `per_class.csv` into a new folder, which appears whole or
    /// not at all.
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
            classes: ClassList(metrics.perClass.map(\.label)),
            truth: try NPY("\(folder)/labels.npy").integers(),
            scores: try ScoreMatrix(NPY(path)))
        return Mistake.mostConfident(
            predictions, keys: try EmbeddingTable.readKeys(keysPath).keys, limit: limit)
    }

    private func writeFiles(in folder: String) throws {
        let rows = try ScoredRows(predictions, keys: keys)
        let report = Report(title: result.name, methods: [ReportMethod(result, rows: rows)])
        try FileSystem.write(result.json.document, to: "\(folder)/metrics.json")
        if !curves.isEmpty {
            try FileSystem.write(
                Self.curves(curves, predictions.classes), to: "\(folder)/curves.json")
        }
        try predictions.scores?.write(to: "\(folder)/scores.npy")
        try NPY.write(predictions.truth, to: "\(folder)/labels.npy")
        if !keys.isEmpty {
            let labels = predictions.truth.map { predictions.classes.labels[$0] }
            try EmbeddingTable.writeKeys(keys, labels, to: "\(folder)/scores.keys.tsv")
        }
        try FileSystem.write(report.html, to: "\(folder)/report.html")
        try FileSystem.write(
            report.markdown + DetailsText.markdown(details, argmax: result.metrics),
            to: "\(folder)/summary.md")
        try FileSystem.write(
            ConfusionFigure(result.metrics).figure.document, to: "\(folder)/confusion.svg")
        try FileSystem.write(perClassTable, to: "\(folder)/per_class.csv")
    }

    /// Points of the curves, a class each, as a file.
    static func curves(_ curves: [Curves], _ classes: ClassList) -> String {
        let entries = zip(classes.labels, curves).map { label, curve in
            var members = curve.json.object ?? [:]
            members["class_id"] = .integer(label.id)
            members["class_name"] = .string(label.name)
            return JSON.object(members)
        }
        return JSON.object(["per_class": .array(entries)]).line + "\n"
    }

    private var perClassTable: String {
        result.metrics.perClass.reduce(ClassMetrics.heading + "\n") { $0 + $1.line + "\n" }
    }
}
