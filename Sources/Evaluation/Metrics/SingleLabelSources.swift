/// What follows from the counts of true and predicted classes, one of each a row.
struct DecisionSource: Resampled {
    private let truth: [Int]
    private let predicted: [Int]
    private let classes: Int

    init(_ predictions: Predictions) {
        (truth, predicted) = (predictions.truth, predictions.predicted)
        classes = predictions.classes.count
    }

    private static let counted = Metric.counted(several: false)
    private static let each = [
        "support", "precision", "recall", "f1", "sensitivity", "specificity",
    ]

    var names: [String] {
        Self.counted.map(\.key) + Averages.names
            + Self.each.flatMap { name in (0..<classes).map { MetricDraws.name(name, $0) } }
    }

    func measure(_ weights: LaneWeights) -> [Lanes] {
        var counts = LaneCounts(classes: classes)
        for row in truth.indices {
            let weight = weights.rows[row]
            counts.support[truth[row]] += weight
            counts.predicted[predicted[row]] += weight
            if truth[row] == predicted[row] { counts.hits[truth[row]] += weight }
        }
        return counts.measure(total: weights.total) { counts in
            let rates = counts.perClass
            return Self.counted.map { $0.computation(counts) }
                + counts.averages(rates).values + counts.each(rates)
        }
    }
}

/// Counts of classes in several resamples side by side.
struct LaneCounts {
    var hits: [Lanes]
    var support: [Lanes]
    var predicted: [Lanes]

    init(classes: Int) {
        hits = [Lanes](repeating: .zero, count: classes)
        (support, predicted) = (hits, hits)
    }

    /// The values that `body` takes of the counts of each resample.
    func measure(total: Lanes, _ body: (ClassCounts) -> [Double]) -> [Lanes] {
        var result: [Lanes] = []
        for lane in 0..<Lanes.scalarCount {
            let counts = ClassCounts(
                hits: hits.map { $0[lane] }, support: support.map { $0[lane] },
                predicted: predicted.map { $0[lane] }, total: total[lane])
            let values = body(counts)
            if result.isEmpty { result = [Lanes](repeating: .zero, count: values.count) }
            for (index, value) in values.enumerated() { result[index][lane] = value }
        }
        return result
    }
}

extension ClassCounts {
    /// Support, precision, recall, F1, sensitivity and specificity: all classes of one, then all
    /// of the next.
    func each(_ rates: [PrecisionRecall]) -> [Double] {
        support + rates.map(\.precision) + rates.map(\.recall) + rates.map(\.f1)
            + hits.indices.map { sensitivity($0) ?? .nan }
            + hits.indices.map { specificity($0) ?? .nan }
    }
}

/// Means over rows of what the scores say about each.
struct RowMeanSource: Resampled {
    private let columns: [(name: String, values: [Double])]

    init(_ columns: [(name: String, values: [Double])]) { self.columns = columns }

    var names: [String] { columns.map(\.name) }

    func measure(_ weights: LaneWeights) -> [Lanes] { columns.map { weights.mean($0.values) } }
}

/// The expected calibration error over bins of equal width.
struct CalibrationErrorSource: Resampled {
    private let bins: [Int]
    private let gaps: [Double]

    init(confidence: [Double], right: [Bool]) {
        bins = confidence.map(Calibration.bin)
        gaps = zip(confidence, right).map { ($1 ? 1 : 0) - $0 }
    }

    let names = ["ece"]

    func measure(_ weights: LaneWeights) -> [Lanes] {
        // A bin's share times |accuracy - confidence| is |sum of (right - confidence)| / rows.
        var sums = [Lanes](repeating: .zero, count: Calibration.binCount)
        for row in bins.indices { sums[bins[row]] += weights.rows[row] * gaps[row] }
        let sum = sums.reduce(Lanes.zero) { $0 + pointwiseMax($1, -$1) }
        return [sum / weights.total]
    }
}

/// ROC AUC and average precision of some classes.
struct RankingSource: Resampled {
    private let ranked: [RankedScores]
    let names: [String]

    /// Questions, each with the ending of its names: `auc/3`, `average_precision/3`.
    init(_ questions: [(suffix: String, ranked: RankedScores)]) {
        ranked = questions.map(\.ranked)
        names = questions.flatMap { ["auc\($0.suffix)", "average_precision\($0.suffix)"] }
    }

    func measure(_ weights: LaneWeights) -> [Lanes] {
        ranked.flatMap { ranked in
            let areas = ranked.areas(weights)
            return [areas.auc, areas.averagePrecision]
        }
    }
}
