internal import Adapters
internal import Evaluation
internal import Files
internal import Foundation
internal import Training

/// One call of `cambium adapt`.
struct AdapterJob {
    private let train: EmbeddingTable
    private let validation: EmbeddingTable
    private let classes: ClassList
    private let recipe: HeadRecipe
    private let log: Log

    init(
        train: String, validation: String, classes: String?, recipe: HeadRecipe, log: Log
    ) throws {
        self.train = try EvaluationTables.open(train)
        self.validation = try EvaluationTables.open(validation)
        self.classes = try EvaluationTables.classes(classes, [self.train, self.validation])
        (self.recipe, self.log) = (recipe, log)
        guard self.train.dimension == self.validation.dimension else {
            throw UsageError(
                "\(validation): \(self.validation.dimension) values a row, but \(train) has "
                    + "\(self.train.dimension); embed both with one model")
        }
    }

    func run(head kind: HeadConfiguration.Kind, hidden: Int, out: String) throws {
        var configuration = HeadConfiguration(
            kind, input: train.dimension, classes: classes.count)
        configuration.hidden = hidden
        let rows = try EvaluateOptions.checked {
            (try self.rows(of: train), try self.rows(of: validation))
        }
        let progress = log.progress("adapt", total: recipe.epochs, unit: "epochs")
        let trainer = HeadTrainer(recipe, configuration)
        let result = try trainer.train(
            rows.0, judge: { try metrics(of: $0, on: rows.1) },
            report: { epoch in
                let value = epoch.metrics.first { $0.name == recipe.trackedMetric }?.value ?? .nan
                let detail = String(
                    format: "loss %.4f %@ %.4f", epoch.loss, recipe.trackedMetric, value)
                progress.update(epoch.number, detail)
            })
        progress.finish()
        log.note("kept epoch \(result.best.number) of \(recipe.epochs)")
        try AdapterFolder.write(
            result.head, labels: classes.labels.map { ($0.id, $0.name) },
            details: try details(result.best, normalized: rows.0.areNormalized), to: out)
    }

    private func rows(of table: EmbeddingTable) throws -> HeadRows {
        let vectors = try table.vectors()
        if let bad = vectors.firstIndex(where: { !$0.isFinite }) {
            throw UsageError(
                "\(table.path): row \(bad / table.dimension + 1) holds \(vectors[bad]); embed again"
            )
        }
        return HeadRows(embeddings: vectors, classes: try table.columns(in: classes))
    }

    private func metrics(
        of head: Head, on rows: HeadRows
    ) throws -> [(name: String, value: Double?)] {
        let scores = try head.probabilities(rows.embeddings)
        let metrics = try ClassificationMetrics(
            Predictions(classes: classes, truth: rows.classes, scores: scores))
        return [
            ("accuracy", metrics.accuracy), ("macro_f1", metrics.macro.f1), ("mcc", metrics.mcc),
            ("mauc", metrics.mauc), ("loss", metrics.calibration?.nll),
        ]
    }

    /// What `config.json` remembers besides the head: settings, inputs, the kept epoch.
    private func details(_ best: HeadEpoch, normalized: Bool) throws -> [String: JSON] {
        var metrics: [String: JSON] = [:]
        for metric in best.metrics { metrics[metric.name] = .finite(metric.value) }
        let files = [train, validation].flatMap { EvaluationTables.files($0) }
        let digests = try files.map { path in
            JSON.object(["path": .string(path), "sha256": .string(try Digest.sha256(file: path))])
        }
        return [
            "training": [
                "epochs": .integer(recipe.epochs), "batch_size": .integer(recipe.batchSize),
                "learning_rate": .number(recipe.learningRate),
                "weight_decay": .number(recipe.weightDecay), "seed": .integer(Int(recipe.seed)),
                "tracked_metric": .string(recipe.trackedMetric),
                "kept_epoch": .integer(best.number),
                "patience": recipe.patience.map(JSON.integer) ?? .null,
            ],
            "normalized": .bool(normalized),
            "validation": .object(metrics), "inputs": .array(digests),
            "program": .string(Release.version),
        ]
    }
}
