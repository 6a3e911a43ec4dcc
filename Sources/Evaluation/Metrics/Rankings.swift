internal import CambiumFiles

/// Ranks the columns of a score matrix, some at a time, and takes of each what needs the order.
enum Rankings {
    /// What is kept of a column once its order is gone.
    struct Column: Sendable {
        /// DeLong's variance of the ROC AUC; nil where it is undefined.
        let aucVariance: Double?
        /// Points to draw.
        let curves: Curves
        /// Whether positives and negatives share a score.
        let tiedPairs: Bool
    }

    /// More entries than this are not ranked as one list: memory stays bounded.
    static let pooledLimit = 1 << 22

    /// Adds the areas of every class and, where `pooled`, of all decisions as one question
    /// (`micro_auc`, `micro_ap`); gives the rest by column.
    static func add(
        _ scores: ScoreMatrix, to metrics: inout MetricDraws,
        isPositive: @escaping @Sendable (_ row: Int, _ column: Int) -> Bool
    ) -> [Column] {
        var columns: [Column] = []
        for group in scores.columnGroups {
            let values = scores.columns(group)
            let ranked = Workers.map(values.count) { index in
                RankedScores(values[index]) { isPositive($0, group.lowerBound + index) }
            }
            metrics.add(
                RankingSource(zip(group, ranked).map { ("/\($0)", $1) }))
            let areas = group.map { metrics[MetricDraws.name("auc", $0)] }
            columns += Workers.map(values.count) { index in
                Column(
                    aucVariance: areas[index].flatMap { ranked[index].aucVariance($0) },
                    curves: Curves(ranked[index], values[index]),
                    tiedPairs: ranked[index].hasTiedPairs)
            }
        }
        if scores.rows * scores.columns <= pooledLimit {
            let width = scores.columns
            let ranked = RankedScores(scores.all, width: width) {
                isPositive($0 / width, $0 % width)
            }
            metrics.add(RankingSource([("", ranked)]))
            metrics.rename(["auc": "micro_auc", "average_precision": "micro_ap"])
        }
        return columns
    }
}
