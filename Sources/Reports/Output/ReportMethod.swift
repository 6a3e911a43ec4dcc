internal import CambiumEvaluation
internal import CambiumFiles

/// A method of a report: its numbers and, where they are known, its rows.
public struct ReportMethod: Sendable {
    /// Numbers, origin and mistakes.
    public var result: MethodResult
    /// `metrics.json` as it stands, with members that ``result`` does not know.
    let json: JSON
    /// What curves and examples are made of.
    let rows: ReportRows?

    /// A method that was just measured.
    init(_ result: MethodResult, rows: ReportRows? = nil) {
        (self.result, self.rows, json) = (result, rows, result.json)
    }

    /// Reads an evaluation's output folder, under its own or a new name; rows with several labels
    /// with their mistakes.
    /// - Throws: `FileError` or `EvaluationError` for files that are missing, malformed or do not
    ///   fit together.
    public init(folder: String, name: String? = nil) throws {
        json = try JSON(file: "\(folder)/metrics.json")
        result = try MethodResult(json, folder: folder, name: name)
        guard result.metrics.isSeveral else {
            rows = try Self.rows(of: result.metrics, in: folder)
            return
        }
        let stored = try StoredEvaluation(folder: folder)
        guard case .several(let predictions) = stored.rows else {
            throw EvaluationError.value(
                place: folder,
                reason: "its rows have one class each; such results stand on a page of their own")
        }
        rows = .several(predictions)
        result.mistakes = Mistake.worst(stored.rows, keys: stored.keys, limit: 12)
    }

    private static func rows(
        of metrics: LabelledMetrics, in folder: String
    ) throws -> ReportRows? {
        guard let rows = try ScoredRows(folder: folder, classes: metrics.perClass.count) else {
            return nil
        }
        guard rows.truth.count == metrics.count else {
            throw EvaluationError.shape(
                place: "\(folder)/scores.npy", expected: "\(metrics.count) rows",
                got: "\(rows.truth.count)")
        }
        return .single(rows)
    }

    /// Whether its rows may have several labels.
    package var isSeveral: Bool { result.metrics.isSeveral }

    /// Keys whose pictures help: those of wrong predictions.
    public var exampleKeys: [String] {
        let wrong = (rows?.examples ?? [:]).filter { $0.key[0] != $0.key[1] }
        return wrong.sorted { ($0.key[0], $0.key[1]) < ($1.key[0], $1.key[1]) }.flatMap(\.value)
    }
}
