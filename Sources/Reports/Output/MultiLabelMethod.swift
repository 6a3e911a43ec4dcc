public import CambiumEvaluation
internal import CambiumFiles

/// A decision that was wrong, of a row and one class.
public struct LabelMistake: Sendable {
    /// The row's key.
    public let key: String
    /// The class.
    public let label: ClassLabel
    /// Whether the class was found where it is not, rather than missed where it is.
    public let isFalseAlarm: Bool
    /// The class's score.
    public let score: Double
    /// A small JPEG to show.
    public var thumbnail: [UInt8]?
}

/// A method of a report on rows with several labels: its numbers and, where they are known, its
/// rows.
public struct MultiLabelMethod: Sendable {
    /// What the report calls the method.
    public let name: String
    /// `metrics.json` as it stands.
    let json: JSON
    let predictions: MultiLabelPredictions
    /// The mistakes to show.
    public var mistakes: [LabelMistake]

    /// A method that was just measured.
    init(
        name: String, json: JSON, predictions: MultiLabelPredictions, mistakes: [LabelMistake]
    ) {
        (self.name, self.json) = (name, json)
        (self.predictions, self.mistakes) = (predictions, mistakes)
    }

    /// Reads an evaluation's output folder, under its own or a new name.
    /// - Throws: `FileError` or `EvaluationError` for files that are missing, malformed or do not
    ///   fit together, or whose rows have one class each.
    public init(folder: String, name: String? = nil, mistakes limit: Int = 12) throws {
        let stored = try StoredEvaluation(folder: folder, name: name)
        guard case .several(let predictions) = stored.rows else {
            throw EvaluationError.value(
                place: folder,
                reason: "its rows have one class each; such results stand on a page of their own")
        }
        self.init(
            name: stored.name, json: try JSON(file: "\(folder)/metrics.json"),
            predictions: predictions, mistakes: predictions.mistakes(stored.keys, limit: limit))
    }

    /// Whether a folder's `metrics.json` is of rows with several labels.
    /// - Throws: `FileError` when it cannot be read.
    public static func isKind(of folder: String) throws -> Bool {
        try JSON(file: "\(folder)/metrics.json")["task"]?.string == "multi-label"
    }

    func number(_ path: String...) -> Double? { number(path) }

    func number(_ path: [String]) -> Double? {
        path.reduce(Optional(json)) { $0?[$1] }?.number
    }

    func interval(_ key: String) -> Interval? {
        let ends = json["intervals"]?[key]?.array?.compactMap(\.number) ?? []
        return ends.count == 2 ? Interval(lower: ends[0], upper: ends[1]) : nil
    }

    /// A class's scores, and whether each row is of the class.
    var curves: [CurvePoints?] {
        predictions.scores.columnGroups.flatMap { group in
            predictions.scores.columns(group).enumerated().map { index, scores in
                CurvePoints(
                    scores,
                    scores.indices.map { predictions.isTrue($0, group.lowerBound + index) })
            }
        }
    }
}

extension MultiLabelPredictions {
    /// Wrong decisions, those furthest from their threshold first; equal ones by row and class.
    func mistakes(_ keys: [String], limit: Int) -> [LabelMistake] {
        guard keys.count == count else { return [] }
        var wrong: [(row: Int, column: Int, distance: Double)] = []
        for (index, decision) in decisions.enumerated() where decision == 1 || decision == 2 {
            let (row, column) = (index / classes.count, index % classes.count)
            let (score, threshold) = (scores.value(row, column), thresholds[column])
            // Shares of the way from the threshold to the end of the scale.
            let edge = min(max(threshold, 1e-12), 1 - 1e-12)
            let distance =
                decision == Self.isPredicted
                ? (score - edge) / (1 - edge) : (edge - score) / edge
            wrong.append((row, column, distance))
        }
        let sorted = wrong.sorted {
            ($1.distance, $0.row, $0.column) < ($0.distance, $1.row, $1.column)
        }
        return sorted.prefix(limit).map { entry in
            LabelMistake(
                key: keys[entry.row], label: classes.labels[entry.column],
                isFalseAlarm: !isTrue(entry.row, entry.column),
                score: scores.value(entry.row, entry.column))
        }
    }
}
