internal import CambiumEvaluation
internal import Foundation

/// What tells heads apart whose rows have any number of classes.
enum MultiLabelJudge {
    /// The share of right answers at one half, the mean binary cross-entropy, and the mean over
    /// classes of the area under the ROC curve.
    static func metrics(
        _ scores: [Double], _ labels: [Float], classes: Int
    ) -> [(name: String, value: Double?)] {
        var (right, loss) = (0, 0.0)
        for (score, label) in zip(scores, labels) {
            right += (score > 0.5) == (label > 0.5) ? 1 : 0
            loss -= log(max(label > 0.5 ? score : 1 - score, 1e-12))
        }
        let areas = (0..<classes).compactMap { column -> Double? in
            let rows = stride(from: column, to: scores.count, by: classes)
            return RankedScores(rows.map { scores[$0] }) { labels[column + $0 * classes] > 0.5 }
                .areas?.auc
        }
        let count = Double(max(1, scores.count))
        return [
            ("accuracy", Double(right) / count), ("loss", loss / count),
            ("mauc", areas.isEmpty ? nil : areas.reduce(0, +) / Double(areas.count)),
        ]
    }
}
