public import CambiumEvaluation

/// A decision that was wrong, about a row or about one class of a row.
public struct Mistake: Sendable {
    /// What was wrong with it.
    package enum Fault: Sendable, Equatable {
        /// The row is of another class.
        case insteadOf(ClassLabel)
        /// The row does not have the class.
        case falseAlarm
        /// The row has the class.
        case missed
    }

    /// The row's key.
    public let key: String
    /// The class that was taken, or decided about.
    public let label: ClassLabel
    package let fault: Fault
    /// The score of ``label``.
    public let score: Double
    /// A small JPEG to show.
    public var thumbnail: [UInt8]?

    /// The worst mistakes, the worst first: those with the highest scores, and of rows with several
    /// labels those furthest from their threshold. Equal ones by row and class; none without keys.
    static func worst(_ rows: LabelledScores, keys: [String], limit: Int) -> [Mistake] {
        guard keys.count == rows.rowCount else { return [] }
        switch rows {
        case .single(let predictions, let scores):
            return mostConfident(predictions, scores, keys, limit)
        case .several(let predictions): return furthest(predictions, keys, limit)
        }
    }

    private static func mostConfident(
        _ predictions: Predictions, _ scores: ScoreMatrix, _ keys: [String], _ limit: Int
    ) -> [Mistake] {
        let wrong = predictions.truth.indices.filter {
            predictions.truth[$0] != predictions.predicted[$0]
        }
        let scored = wrong.map { row in
            (row: row, score: scores.value(row, predictions.predicted[row]))
        }
        let sorted = scored.sorted { ($1.score, $0.row) < ($0.score, $1.row) }
        let labels = predictions.classes.labels
        return sorted.prefix(limit).map { entry in
            Mistake(
                key: keys[entry.row], label: labels[predictions.predicted[entry.row]],
                fault: .insteadOf(labels[predictions.truth[entry.row]]), score: entry.score)
        }
    }

    private static func furthest(
        _ predictions: MultiLabelPredictions, _ keys: [String], _ limit: Int
    ) -> [Mistake] {
        let (scores, labels) = (predictions.scores, predictions.classes.labels)
        var wrong: [(row: Int, column: Int, distance: Double)] = []
        for (index, decision) in predictions.decisions.enumerated()
        where decision == MultiLabelPredictions.isTrue
            || decision == MultiLabelPredictions.isPredicted
        {
            let (row, column) = (index / labels.count, index % labels.count)
            let (score, threshold) = (scores.value(row, column), predictions.thresholds[column])
            // Shares of the way from the threshold to the end of the scale.
            let edge = min(max(threshold, 1e-12), 1 - 1e-12)
            let distance =
                decision == MultiLabelPredictions.isPredicted
                ? (score - edge) / (1 - edge) : (edge - score) / edge
            wrong.append((row, column, distance))
        }
        let sorted = wrong.sorted {
            ($1.distance, $0.row, $0.column) < ($0.distance, $1.row, $1.column)
        }
        return sorted.prefix(limit).map { entry in
            Mistake(
                key: keys[entry.row], label: labels[entry.column],
                fault: predictions.isTrue(entry.row, entry.column) ? .missed : .falseAlarm,
                score: scores.value(entry.row, entry.column))
        }
    }
}
