/// One class's numbers where every class is decided for itself.
public struct MultiLabelClass: Sendable, Equatable {
    /// Rates and areas.
    public let metrics: ClassMetrics
    /// The score from which the class is predicted; nil where it never is.
    public let threshold: Double?
    /// Rows that have the class and were given it.
    public let truePositives: Int
    /// Rows without the class that were given it.
    public let falsePositives: Int
    /// Rows that have the class and were not given it.
    public let falseNegatives: Int
    /// Rows without the class that were not given it.
    public let trueNegatives: Int
}

/// The metrics of decisions about every class of every row, as scikit-learn defines them for
/// indicator matrices, with `zero_division=0`. What is undefined is nil, with a reason in
/// ``notes``.
public struct MultiLabelMetrics: Sendable, Equatable {
    /// Rows evaluated.
    public let count: Int
    /// Share of rows with all classes right (scikit-learn's `accuracy_score`).
    public let subsetAccuracy: Double
    /// Share of wrong decisions.
    public let hammingLoss: Double
    /// Mean over all classes.
    public let macro: PrecisionRecall
    /// Mean over the classes that occur in truth or prediction.
    public let macroPresent: PrecisionRecall
    /// Over all decisions at once.
    public let micro: PrecisionRecall
    /// Mean weighted by support.
    public let weighted: PrecisionRecall
    /// Mean over rows.
    public let samples: PrecisionRecall
    /// Mean ROC AUC over the classes with positives and negatives; nil where not measured.
    public let mauc: Double?
    /// The other averages of the areas.
    public let areas: AreaAverages
    /// One entry a class, in the order of the columns.
    public let perClass: [MultiLabelClass]
    /// Mean number of classes of a row.
    public let cardinality: Double
    /// Rows that have no class, and rows that were given none.
    public let rowsWithoutClass: (truth: Int, predicted: Int)
    /// Confidence intervals; nil where none were asked for.
    public let intervals: Intervals?
    /// Reasons by the name of the field they explain.
    public let notes: [String: String]
    /// What ``Metric/all`` names, by key; defined ones only.
    public let values: [String: Double]

    /// Whether all fields are equal.
    public static func == (left: MultiLabelMetrics, right: MultiLabelMetrics) -> Bool {
        left.json == right.json
    }

    /// Computes all metrics; intervals by ``Bootstrap`` when one is given.
    public init(_ predictions: MultiLabelPredictions, bootstrap: Bootstrap? = nil)
        throws(EvaluationError)
    {
        self = try MultiLabelEvaluation(predictions, bootstrap: bootstrap).metrics
    }
}

/// All that is measured of decisions about every class of every row.
package struct MultiLabelEvaluation: Sendable {
    package let metrics: MultiLabelMetrics
    /// A class each; empty where nothing was ranked.
    package let curves: [Curves]
    let draws: MetricDraws

    /// - Parameters:
    ///   - ranking: whether areas and curves are wanted, which do not depend on the thresholds.
    ///   - strata: the class of each row, where each has one.
    package init(
        _ predictions: MultiLabelPredictions, bootstrap: Bootstrap? = nil, ranking: Bool = true,
        strata: [Int]? = nil
    ) throws(EvaluationError) {
        let columns = predictions.classes.count
        var draws = try MetricDraws(
            rows: predictions.count, columns: columns, bootstrap, strata: strata
        ) { row, take in
            for column in 0..<columns {
                let decision = predictions.decisions[row * columns + column]
                guard decision != 0 else { continue }
                take(
                    column, decision & MultiLabelPredictions.isTrue != 0,
                    decision & MultiLabelPredictions.isPredicted != 0)
            }
        }
        draws.add(MultiLabelSource(predictions))
        var ranked: [Rankings.Column] = []
        if ranking {
            ranked = Rankings.add(predictions.scores, to: &draws) { predictions.isTrue($0, $1) }
            draws.deriveAreas(classes: predictions.classes.count, supports: "support")
        }
        draws.drop(predictions.classes.labels.indices.map { MetricDraws.name("support", $0) })
        curves = ranked.map(\.curves)
        self.draws = draws
        metrics = MultiLabelMetrics(
            predictions, draws, ranking ? ranked : nil)
    }
}

extension MultiLabelMetrics {
    fileprivate init(
        _ predictions: MultiLabelPredictions, _ draws: MetricDraws,
        _ ranked: [Rankings.Column]?
    ) {
        var notes: [String: String] = [:]
        let counts = Self.counts(predictions)
        let rates = counts.perClass
        let averages = counts.averages(rates)
        count = predictions.count
        subsetAccuracy = draws["subset_accuracy"] ?? 0
        hammingLoss = draws["hamming_loss"] ?? 0
        (macro, macroPresent) = (averages.macro, averages.macroPresent)
        (micro, weighted) = (averages.micro, averages.weighted)
        samples = PrecisionRecall(
            precision: draws["samples_precision"] ?? 0, recall: draws["samples_recall"] ?? 0,
            f1: draws["samples_f1"] ?? 0)
        mauc = draws["mauc"]
        areas = AreaAverages(draws)
        let intervals = draws.intervals(predictions.classes, notes: &notes)
        perClass = predictions.classes.labels.indices.map { column in
            MultiLabelClass(
                column, predictions, counts, rates[column], draws, ranked?[column],
                intervals.perClass[column])
        }
        cardinality = counts.support.reduce(0, +) / Double(predictions.count)
        rowsWithoutClass = (
            predictions.rows(without: MultiLabelPredictions.isTrue),
            predictions.rows(without: MultiLabelPredictions.isPredicted)
        )
        self.intervals = draws.intervals(values: intervals.whole)
        values = draws.known(several: true)
        if let ranked {
            MetricNotes.explain(perClass.map(\.metrics), scored: true, notes: &notes)
            MetricNotes.explain(ranked, pooled: areas.microAP != nil, notes: &notes)
        }
        for entry in perClass where entry.threshold == nil {
            notes["per_class.\(entry.metrics.label.id).threshold"] =
                "none: the class is never predicted"
        }
        self.notes = notes
    }

    private static func counts(_ predictions: MultiLabelPredictions) -> ClassCounts {
        let width = predictions.classes.count
        let zeros = [Double](repeating: 0, count: width)
        var counts = ClassCounts(
            hits: zeros, support: zeros, predicted: zeros, total: Double(predictions.count))
        for (index, decision) in predictions.decisions.enumerated() where decision != 0 {
            let column = index % width
            if decision & MultiLabelPredictions.isTrue != 0 { counts.support[column] += 1 }
            if decision & MultiLabelPredictions.isPredicted != 0 { counts.predicted[column] += 1 }
            if decision == MultiLabelPredictions.isTrue | MultiLabelPredictions.isPredicted {
                counts.hits[column] += 1
            }
        }
        return counts
    }
}

extension MultiLabelPredictions {
    fileprivate func rows(without kind: UInt8) -> Int {
        let width = classes.count
        return (0..<count).count { row in
            decisions[row * width..<(row + 1) * width].allSatisfy { $0 & kind == 0 }
        }
    }
}

extension MultiLabelClass {
    fileprivate init(
        _ column: Int, _ predictions: MultiLabelPredictions, _ counts: ClassCounts,
        _ rates: PrecisionRecall, _ draws: MetricDraws, _ ranked: Rankings.Column?,
        _ intervals: [String: Interval]
    ) {
        let (hits, support) = (counts.hits[column], counts.support[column])
        let predicted = counts.predicted[column]
        metrics = ClassMetrics(
            label: predictions.classes.labels[column], support: Int(support), rates: rates,
            auc: draws[MetricDraws.name("auc", column)],
            aucStandardError: ranked?.aucVariance?.squareRoot(),
            averagePrecision: draws[MetricDraws.name("average_precision", column)],
            sensitivity: counts.sensitivity(column), specificity: counts.specificity(column),
            intervals: intervals)
        threshold = predictions.thresholds[column].isFinite ? predictions.thresholds[column] : nil
        truePositives = Int(hits)
        falsePositives = Int(predicted - hits)
        falseNegatives = Int(support - hits)
        trueNegatives = Int(counts.total - support - predicted + hits)
    }
}
