internal import CambiumEvaluation
internal import CambiumFiles

/// What a method said row by row, for its curves and examples.
enum ReportRows {
    case single(ScoredRows)
    case several(MultiLabelPredictions)

    /// More decisions than this are not pooled.
    private static let limit = 10_000_000

    /// A curve a class; nil where it has none.
    var curves: [CurvePoints?] {
        switch self {
        case .single(let rows):
            (0..<rows.classes).map { column in
                let (scores, isPositive) = rows.column(column)
                return CurvePoints(scores, isPositive)
            }
        case .several(let predictions):
            predictions.scores.columnGroups.flatMap { group in
                predictions.scores.columns(group).enumerated().map { index, scores in
                    CurvePoints(
                        scores,
                        scores.indices.map { predictions.isTrue($0, group.lowerBound + index) })
                }
            }
        }
    }

    /// All decisions as one question, where each row has one class.
    var pooled: CurvePoints? {
        guard case .single(let rows) = self, rows.scores.count <= Self.limit else { return nil }
        let (scores, isPositive) = rows.pooled
        return CurvePoints(scores, isPositive)
    }

    /// Keys to show for a pair of classes, by true and predicted column.
    var examples: [[Int]: [String]] {
        guard case .single(let rows) = self, !rows.keys.isEmpty else { return [:] }
        return rows.examples(limit: 3).mapValues { $0.map { rows.keys[$0] } }
    }
}
