public import CambiumEvaluation
internal import CambiumFiles

/// A method of a report: its numbers and, where they are known, its rows.
public struct ReportMethod: Sendable {
    /// Numbers, origin and mistakes.
    public var result: MethodResult
    /// `metrics.json` as it stands, with members that ``result`` does not know.
    let json: JSON
    /// What curves and examples are made of.
    let rows: ScoredRows?

    /// A method.
    public init(_ result: MethodResult, rows: ScoredRows? = nil) {
        (self.result, self.rows, json) = (result, rows, result.json)
    }

    /// Reads an evaluation's output folder, under its own or a new name.
    /// - Throws: `FileError` or `EvaluationError` for files that are missing, malformed or do not
    ///   fit together.
    public init(folder: String, name: String? = nil) throws {
        result = try MethodResult(folder: folder, name: name)
        json = try JSON(file: "\(folder)/metrics.json")
        rows = try ScoredRows(folder: folder, classes: result.metrics.classes)
        if let rows, rows.truth.count != result.metrics.count {
            throw EvaluationError.shape(
                place: "\(folder)/scores.npy", expected: "\(result.metrics.count) rows",
                got: "\(rows.truth.count)")
        }
    }

    /// Keys to show for a pair of classes, by true and predicted column.
    var examples: [[Int]: [String]] {
        guard let rows, !rows.keys.isEmpty else { return [:] }
        return rows.examples(limit: 3).mapValues { $0.map { rows.keys[$0] } }
    }

    /// Keys whose pictures help: those of wrong predictions.
    public var exampleKeys: [String] {
        let wrong = examples.filter { $0.key[0] != $0.key[1] }
        return wrong.sorted { ($0.key[0], $0.key[1]) < ($1.key[0], $1.key[1]) }.flatMap(\.value)
    }
}
