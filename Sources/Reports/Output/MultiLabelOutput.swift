public import CambiumEvaluation
internal import CambiumFiles

/// What evaluating rows with several labels leaves behind: the files of ``EvaluationOutput`` that
/// have a meaning for them.
public struct MultiLabelOutput: Sendable {
    private let name: String
    private let predictions: MultiLabelPredictions
    private let evaluation: MultiLabelEvaluation
    private let details: EvaluationDetails
    private let keys: [String]
    private let provenance: Provenance
    private let mistakes: [LabelMistake]

    /// Cautions that stand at the head of a report.
    public var warnings: [String] { details.warnings }
    /// The numbers.
    public var metrics: MultiLabelMetrics { evaluation.metrics }

    /// Evaluates predictions.
    /// - Throws: `EvaluationError` when keys, groups or subgroups do not fit the rows.
    public init(
        name: String, predictions: MultiLabelPredictions, keys: [String], provenance: Provenance,
        plan: EvaluationPlan, thumbnail: (String) -> [UInt8]? = { _ in nil }
    ) throws(EvaluationError) {
        guard keys.isEmpty || keys.count == predictions.count else {
            throw .shape(
                place: "keys", expected: "\(predictions.count) rows", got: "\(keys.count)")
        }
        (self.name, self.predictions, self.keys) = (name, predictions, keys)
        self.provenance = provenance
        var shown = predictions.mistakes(keys, limit: 24)
        for index in shown.indices { shown[index].thumbnail = thumbnail(shown[index].key) }
        mistakes = shown
        evaluation = try MultiLabelEvaluation(predictions, bootstrap: plan.bootstrap)
        details = try plan.details(.several(predictions))
    }

    /// The content of `metrics.json`.
    public var document: String { json.document }

    private var json: JSON {
        var members = metrics.json.object ?? [:]
        members.merge(details.members(argmax: .null)) { $1 }
        members["name"] = .string(name)
        members["provenance"] = provenance.json
        return .object(members)
    }

    /// The summary as Markdown.
    public var markdown: String {
        let rows = Metric.columns(.severalSummary).map { column in
            let key = column.metric.key
            let interval = metrics.intervals?.values[key].map(ReportText.interval)
            return "| \(column.title) | \(ReportText.number(metrics.values[key])) | "
                + "\(interval ?? "–") |\n"
        }
        return "# \(ReportText.markdown(name))\n\n| Metric | Value | Interval |\n|---|---:|---:|\n"
            + rows.joined()
            + "\n\(metrics.count) test rows, \(metrics.perClass.count) classes, "
            + "\(ReportText.number(metrics.cardinality)) classes a row.\n"
            + DetailsText.warnings(details) + DetailsText.markdown(details, argmax: nil)
    }

    /// Writes `metrics.json`, `curves.json`, `scores.npy`, `labels.npy`, `scores.keys.tsv`,
    /// `report.html`, `summary.md` and `per_class.csv` into a new folder, which appears whole or not at all.
    public func write(to folder: String) throws {
        try EvaluationOutput.requireFree(folder)
        let staging = try StagedFolder(folder)
        let path = staging.path
        try FileSystem.write(document, to: "\(path)/metrics.json")
        try FileSystem.write(
            EvaluationOutput.curves(evaluation.curves, predictions.classes),
            to: "\(path)/curves.json")
        try predictions.scores.write(to: "\(path)/scores.npy")
        try NPY.write(
            predictions.truth, shape: [predictions.count, predictions.classes.count],
            to: "\(path)/labels.npy")
        if !keys.isEmpty {
            try EmbeddingTable.writeKeys(
                keys, [ClassLabel?](repeating: nil, count: keys.count),
                to: "\(path)/scores.keys.tsv")
        }
        try FileSystem.write(page, to: "\(path)/report.html")
        try FileSystem.write(markdown, to: "\(path)/summary.md")
        try FileSystem.write(perClassTable, to: "\(path)/per_class.csv")
        try staging.commit()
    }

    private var page: String {
        let method = MultiLabelMethod(
            name: name, json: json, predictions: predictions, mistakes: mistakes)
        return MultiLabelReport(title: name, methods: [method]).html
    }

    private var perClassTable: String {
        let heading =
            "class_id,class_name,support,threshold,precision,recall,f1,auc,average_precision,"
            + "sensitivity,specificity\n"
        return metrics.perClass.reduce(heading) { text, entry in
            let own = entry.metrics
            let values = [
                entry.threshold, own.rates.precision, own.rates.recall, own.rates.f1, own.auc,
                own.averagePrecision, own.sensitivity, own.specificity,
            ].map { $0.map { "\($0)" } ?? "" }
            return text + "\(own.label.id),\(ReportText.csv(own.label.name)),"
                + "\(own.support),\(values.joined(separator: ","))\n"
        }
    }
}
