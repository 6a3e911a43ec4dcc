internal import CambiumEvaluation

/// The most frequent training class for every row: the line that every classifier must beat.
public struct MajorityEvaluation: Sendable {
    /// Embeddings to learn from and to classify.
    public var tables: TrainAndTestTables
    /// The output.
    public var options: EvaluationOptions

    /// The majority class of these tables.
    public init(_ tables: TrainAndTestTables, _ options: EvaluationOptions) {
        (self.tables, self.options) = (tables, options)
    }

    /// Measures and writes.
    public func run(log: Log = Log()) throws -> EvaluationResult {
        try options.requireRoom()
        let (trainTable, testTable, list) = try tables.open()
        let predictions = try EvaluationTables.checked {
            let scores = try MajorityClass.scores(
                train: trainTable.columns(in: list), classCount: list.count, rows: testTable.rows)
            return try Predictions(
                classes: list, truth: testTable.columns(in: list), scores: scores)
        }
        return try options.finish(
            name: "Majority class", LabelledScores(predictions), keys: testTable.keys,
            inputs: [trainTable, testTable].map { EmbeddingTable.keysPath(for: $0.path) },
            log: log)
    }
}
