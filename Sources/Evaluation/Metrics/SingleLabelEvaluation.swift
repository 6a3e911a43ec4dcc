/// All that is measured of predictions with one class a row: the metrics, the points of the
/// curves, and every resample's values for paired comparisons.
package struct SingleLabelEvaluation: Sendable {
    package let metrics: ClassificationMetrics
    /// A class each; empty without scores.
    package let curves: [Curves]
    let draws: MetricDraws

    package init(_ predictions: Predictions, bootstrap: Bootstrap? = nil) throws(EvaluationError) {
        let rows = RowScores(predictions)
        var notes: [String: String] = [:]
        let calibration = Calibration(predictions, rows, notes: &notes)
        let (truth, predicted) = (predictions.truth, predictions.predicted)
        var draws = try MetricDraws(
            rows: predictions.count, columns: predictions.classes.count, bootstrap, strata: truth
        ) { row, take in
            take(truth[row], true, truth[row] == predicted[row])
            if truth[row] != predicted[row] { take(predicted[row], false, true) }
        }
        draws.add(DecisionSource(predictions))
        if let rows { Self.add(rows, predictions, calibration, to: &draws) }
        let ranked = Self.rank(predictions, &draws)
        draws.drop(predictions.classes.labels.indices.map { MetricDraws.name("support", $0) })
        curves = ranked.map(\.curves)
        self.draws = draws
        metrics = ClassificationMetrics(
            predictions, draws, rows, ranked, calibration, notes)
    }

    private static func add(
        _ rows: RowScores, _ predictions: Predictions, _ calibration: Calibration?,
        to draws: inout MetricDraws
    ) {
        var means = RowScores.depths(classes: predictions.classes.count).map { depth in
            ("top_\(depth)", rows.ranks.map { $0 < depth ? 1.0 : 0 })
        }
        if calibration != nil {
            means += [("brier", rows.brier), ("nll", rows.negativeLogarithms)]
            draws.add(
                CalibrationErrorSource(
                    confidence: rows.confidence,
                    right: zip(predictions.truth, predictions.predicted).map(==)))
        }
        draws.add(RowMeanSource(means))
    }

    private static func rank(
        _ predictions: Predictions, _ draws: inout MetricDraws
    ) -> [Rankings.Column] {
        guard let scores = predictions.scores else { return [] }
        let truth = predictions.truth
        let ranked = Rankings.add(scores, to: &draws) { row, column in truth[row] == column }
        draws.deriveAreas(classes: scores.columns, supports: "support")
        return ranked
    }
}

extension ClassificationMetrics {
    fileprivate init(
        _ predictions: Predictions, _ draws: MetricDraws, _ rows: RowScores?,
        _ ranked: [Rankings.Column], _ calibration: Calibration?, _ known: [String: String]
    ) {
        var notes = known
        let matrix = ConfusionMatrix(predictions)
        let counts = matrix.classCounts
        let rates = counts.perClass
        let averages = counts.averages(rates)
        let labels = predictions.classes.labels
        count = predictions.count
        (accuracy, balancedAccuracy) = (counts.accuracy, counts.balancedAccuracy)
        (macro, macroPresent) = (averages.macro, averages.macroPresent)
        (micro, weighted, mcc) = (averages.micro, averages.weighted, counts.mcc)
        mauc = draws["mauc"]
        areas = AreaAverages(draws)
        topK = Dictionary(
            uniqueKeysWithValues: RowScores.depths(classes: labels.count).compactMap { depth in
                draws["top_\(depth)"].map { (depth, $0) }
            })
        let intervals = draws.intervals(predictions.classes, notes: &notes)
        perClass = labels.indices.map { column in
            ClassMetrics(
                label: labels[column], support: Int(counts.support[column]), rates: rates[column],
                auc: draws[MetricDraws.name("auc", column)],
                aucStandardError: ranked.isEmpty
                    ? nil : ranked[column].aucVariance?.squareRoot(),
                averagePrecision: draws[MetricDraws.name("average_precision", column)],
                sensitivity: counts.sensitivity(column), specificity: counts.specificity(column),
                intervals: intervals.perClass[column])
        }
        maucLeftOut = perClass.filter { $0.auc == nil }.map(\.label.id)
        confusion = matrix.rows
        self.calibration = calibration
        self.intervals = draws.intervals(values: intervals.whole)
        var values = draws.known(several: false)
        // Resamples need the sums of a bin's gaps, whose rounding differs from the reported error's.
        values["ece"] = calibration?.ece
        self.values = values
        if counts.mccIsConvention {
            notes["mcc"] = "0 by convention: truth or prediction holds a single class (0/0)"
        }
        MetricNotes.explain(perClass, scored: rows != nil, notes: &notes)
        MetricNotes.explain(rows, ranked, pooled: areas.microAP != nil, notes: &notes)
        self.notes = notes
    }
}
