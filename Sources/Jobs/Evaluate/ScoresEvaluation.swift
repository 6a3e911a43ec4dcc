internal import CambiumEvaluation
internal import CambiumFiles

/// Scores that any program wrote.
public struct ScoresEvaluation: Sendable {
    /// The scores and labels to measure.
    public var files: ScoreFiles
    /// With several labels a row: a class is predicted from this score on.
    public var threshold = 0.5
    /// Scores and labels of other rows to choose thresholds on.
    public var validation: ScoreFiles?
    /// The output.
    public var options: EvaluationOptions

    /// The defaults above.
    public init(_ files: ScoreFiles, _ options: EvaluationOptions) {
        (self.files, self.options) = (files, options)
    }

    /// Measures and writes.
    public func run(log: Log = Log()) throws -> EvaluationResult {
        try options.requireRoom()
        let (rows, names) = try EvaluationTables.checked {
            try files.read(threshold: threshold)
        }
        let validation = try EvaluationTables.checked { try readValidation(like: rows) }
        let name = "Scores of \(FileSystem.name(files.scores))"
        let inputs = [files, self.validation].compactMap(\.self).flatMap {
            [$0.scores, $0.labels]
        }
        return try options.finish(
            name: name, rows, keys: names, inputs: inputs, validation: validation, log: log)
    }

    private func readValidation(like rows: LabelledScores) throws -> ValidationRows? {
        guard var files = validation else { return nil }
        (files.classes, files.known) = (self.files.classes, rows.classList)
        let (scores, names) = try files.read(threshold: threshold)
        return ValidationRows(scores: scores, keys: names, place: files.scores)
    }
}
