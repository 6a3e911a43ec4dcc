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
            return area(rows.map { (scores[$0], labels[$0] > 0.5) })
        }
        let count = Double(max(1, scores.count))
        return [
            ("accuracy", Double(right) / count), ("loss", loss / count),
            ("mauc", areas.isEmpty ? nil : areas.reduce(0, +) / Double(areas.count)),
        ]
    }

    /// The share of pairs in the right order, ties half; nil without a positive or a negative.
    private static func area(_ pairs: [(score: Double, isPositive: Bool)]) -> Double? {
        let order = pairs.sorted { $0.score < $1.score }
        let positives = order.filter(\.isPositive).count
        guard positives > 0, positives < order.count else { return nil }
        var (ranks, start) = (0.0, 0)
        while start < order.count {
            var end = start
            while end < order.count, order[end].score == order[start].score { end += 1 }
            let rank = Double(start + end + 1) / 2
            ranks += rank * Double(order[start..<end].filter(\.isPositive).count)
            start = end
        }
        let least = Double(positives * (positives + 1)) / 2
        return (ranks - least) / Double(positives * (order.count - positives))
    }
}
