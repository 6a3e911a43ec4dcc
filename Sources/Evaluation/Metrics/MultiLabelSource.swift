/// What follows from decisions about every class of every row.
struct MultiLabelSource: Resampled {
    private let decisions: [UInt8]
    private let classes: Int
    private let rowMeans: RowMeanSource

    init(_ predictions: MultiLabelPredictions) {
        (decisions, classes) = (predictions.decisions, predictions.classes.count)
        rowMeans = RowMeanSource(Self.rowValues(predictions))
    }

    private static let counted = Metric.counted(several: true)
    private static let each = [
        "support", "precision", "recall", "f1", "sensitivity", "specificity",
    ]

    var names: [String] {
        Self.counted.map(\.key) + Averages.names
            + Self.each.flatMap { name in (0..<classes).map { MetricDraws.name(name, $0) } }
            + rowMeans.names
    }

    func measure(_ weights: LaneWeights) -> [Lanes] {
        var counts = LaneCounts(classes: classes)
        for (row, weight) in weights.rows.enumerated() {
            for column in 0..<classes {
                let decision = decisions[row * classes + column]
                if decision == 0 { continue }
                if decision & MultiLabelPredictions.isTrue != 0 { counts.support[column] += weight }
                if decision & MultiLabelPredictions.isPredicted != 0 {
                    counts.predicted[column] += weight
                    if decision & MultiLabelPredictions.isTrue != 0 {
                        counts.hits[column] += weight
                    }
                }
            }
        }
        let averages = counts.measure(total: weights.total) { counts in
            let rates = counts.perClass
            return Self.counted.map { $0.computation(counts) } + counts.averages(rates).values
                + counts.each(rates)
        }
        return averages + rowMeans.measure(weights)
    }

    /// Metrics of single rows, whose means are scikit-learn's: `accuracy_score` (all classes
    /// right), `hamming_loss`, and averages over samples, 0 where they are 0/0.
    private static func rowValues(
        _ predictions: MultiLabelPredictions
    ) -> [(name: String, values: [Double])] {
        let width = predictions.classes.count
        let names = [
            "subset_accuracy", "hamming_loss", "samples_precision", "samples_recall", "samples_f1",
        ]
        var columns = [[Double]](repeating: [], count: names.count)
        for row in 0..<predictions.count {
            let counts = RowCounts(
                predictions.decisions[row * width..<(row + 1) * width])
            let rates = ClassCounts.rates(counts.hits, counts.predicted, counts.truths)
            let wrong = counts.truths + counts.predicted - 2 * counts.hits
            let values = [
                wrong == 0 ? 1 : 0, wrong / Double(width), rates.precision, rates.recall, rates.f1,
            ]
            for (index, value) in values.enumerated() { columns[index].append(value) }
        }
        return zip(names, columns).map { ($0, $1) }
    }

    private struct RowCounts {
        var (hits, truths, predicted) = (0.0, 0.0, 0.0)

        init(_ decisions: ArraySlice<UInt8>) {
            for decision in decisions where decision != 0 {
                if decision & MultiLabelPredictions.isTrue != 0 { truths += 1 }
                if decision & MultiLabelPredictions.isPredicted != 0 { predicted += 1 }
                if decision == MultiLabelPredictions.isTrue | MultiLabelPredictions.isPredicted {
                    hits += 1
                }
            }
        }
    }
}
