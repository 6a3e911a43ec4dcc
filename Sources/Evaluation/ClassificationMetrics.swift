/// One class's numbers.
public struct ClassMetrics: Sendable, Equatable {
    /// The class.
    public let label: ClassLabel
    /// Rows of the class in the truth.
    public let support: Int
    /// Precision, recall and F1, 0 where they are 0/0.
    public let rates: PrecisionRecall
    /// One-vs-rest ROC AUC; nil without positives, negatives or scores.
    public let auc: Double?
    /// Recall, nil where the class does not occur.
    public let sensitivity: Double?
    /// Share of the other rows not taken for this class; nil where there are none.
    public let specificity: Double?
}

/// Everything `metrics.json` holds: definitions are scikit-learn's with `labels` = every class
/// and `zero_division=0`. What is undefined is nil, with a reason in ``notes``.
public struct ClassificationMetrics: Sendable, Equatable {
    /// Rows evaluated.
    public let count: Int
    /// Number of classes.
    public var classes: Int { perClass.count }
    /// Share of right predictions.
    public let accuracy: Double
    /// Mean recall of the classes that occur in the truth.
    public let balancedAccuracy: Double
    /// Mean over all classes.
    public let macro: PrecisionRecall
    /// Mean over the classes that occur in truth or prediction.
    public let macroPresent: PrecisionRecall
    /// Over all rows at once; with one class a row all three equal the accuracy.
    public let micro: PrecisionRecall
    /// Mean weighted by support.
    public let weighted: PrecisionRecall
    /// Multi-class Matthews correlation coefficient.
    public let mcc: Double
    /// Mean one-vs-rest ROC AUC over the classes that have both positives and negatives.
    public let mauc: Double?
    /// Ids of the classes that ``mauc`` leaves out.
    public let maucLeftOut: [Int]
    /// Share of rows whose class is among the k highest scores, by k.
    public let topK: [Int: Double]
    /// One entry a class, in the order of the columns.
    public let perClass: [ClassMetrics]
    /// Counts, true class by predicted class.
    public let confusion: [[Int]]
    /// Confidence intervals; nil where none were asked for.
    public internal(set) var intervals: Intervals?
    /// How far probabilities can be believed; nil where the scores are none.
    public let calibration: Calibration?
    /// Reasons by the name of the field they explain.
    public let notes: [String: String]
}

extension ClassificationMetrics {
    /// Computes all metrics; intervals by ``Bootstrap`` when one is given.
    public init(_ predictions: Predictions, bootstrap: Bootstrap? = nil)
        throws(EvaluationError)
    {
        var matrix = ConfusionMatrix(size: predictions.classes.count)
        for (truth, predicted) in zip(predictions.truth, predictions.predicted) {
            matrix.add(truth: truth, predicted: predicted)
        }
        let ranked = predictions.scores.map { scores in
            (0..<matrix.size).map { RankedScores(predictions, scores: scores, column: $0) }
        }
        try self.init(predictions, matrix, ranked, bootstrap)
    }

    private init(
        _ predictions: Predictions, _ matrix: ConfusionMatrix, _ ranked: [RankedScores]?,
        _ bootstrap: Bootstrap?
    ) throws(EvaluationError) {
        var notes: [String: String] = [:]
        let ones = [Int](repeating: 1, count: predictions.count)
        let areas = (0..<matrix.size).map { column in
            ranked?[column].auc(truth: predictions.truth, weights: ones)
        }
        let labels = predictions.classes.labels
        let defined = areas.compactMap(\.self)
        count = predictions.count
        accuracy = matrix.accuracy
        balancedAccuracy = matrix.balancedAccuracy
        (macro, macroPresent) = (matrix.macro, matrix.macroPresent)
        (micro, weighted) = (matrix.micro, matrix.weighted)
        mcc = matrix.mcc
        mauc = defined.isEmpty ? nil : defined.reduce(0, +) / Double(defined.count)
        maucLeftOut = zip(labels, areas).filter { $0.1 == nil }.map(\.0.id)
        topK = Self.topK(predictions)
        perClass = Self.perClass(labels, matrix, areas)
        confusion = matrix.rows
        calibration = Calibration(predictions, notes: &notes)
        if matrix.mccIsConvention {
            notes["mcc"] = "0 by convention: truth or prediction holds a single class (0/0)"
        }
        if predictions.scores == nil {
            notes["mauc"] = "undefined: there are predictions only, no scores"
            notes["top_k_accuracy"] = "undefined: there are predictions only, no scores"
        } else if !maucLeftOut.isEmpty {
            notes["mauc"] = Self.leftOut(maucLeftOut, of: labels.count)
        }
        Self.explain(perClass, scored: predictions.scores != nil, notes: &notes)
        intervals = try bootstrap?.intervals(predictions, ranked, notes: &notes)
        self.notes = notes
    }

    private static func leftOut(_ ids: [Int], of count: Int) -> String {
        let list = ids.map(String.init).joined(separator: ", ")
        let mean = ids.count == count ? "undefined" : "mean over \(count - ids.count) of \(count)"
        return "\(mean): classes without positives or without negatives left out: \(list)"
    }

    private static func explain(
        _ classes: [ClassMetrics], scored: Bool, notes: inout [String: String]
    ) {
        for entry in classes {
            let name = "per_class.\(entry.label.id)"
            if entry.sensitivity == nil {
                notes["\(name).sensitivity"] = "undefined: the class does not occur in the truth"
            }
            if entry.specificity == nil {
                notes["\(name).specificity"] = "undefined: the truth holds no other class"
            }
            if entry.auc == nil, scored {
                notes["\(name).auc"] = "undefined: positives and negatives are needed"
            } else if entry.auc == nil {
                notes["\(name).auc"] = "undefined: there are predictions only, no scores"
            }
        }
    }

    private static func perClass(
        _ labels: [ClassLabel], _ matrix: ConfusionMatrix, _ areas: [Double?]
    ) -> [ClassMetrics] {
        let (support, predicted, rates) = (matrix.support, matrix.predicted, matrix.perClass)
        return labels.indices.map { column in
            let others = matrix.total - support[column]
            let falsePositives = predicted[column] - matrix.hits(column)
            return ClassMetrics(
                label: labels[column], support: support[column], rates: rates[column],
                auc: areas[column],
                sensitivity: support[column] > 0 ? rates[column].recall : nil,
                specificity: others > 0 ? 1 - Double(falsePositives) / Double(others) : nil)
        }
    }

    /// For k = 1, 2, 3, 5 below the number of classes. Among equal scores the class with the
    /// lower column counts as higher, as in the prediction itself.
    private static func topK(_ predictions: Predictions) -> [Int: Double] {
        guard predictions.scores != nil else { return [:] }
        let ranks = predictions.truth.indices.map { row in
            let scores = Array(predictions.row(row))
            let (truth, own) = (predictions.truth[row], scores[predictions.truth[row]])
            return scores.indices.count { scores[$0] > own || scores[$0] == own && $0 < truth }
        }
        let depths = [1, 2, 3, 5].filter { $0 < predictions.classes.count || $0 == 1 }
        return Dictionary(
            uniqueKeysWithValues: depths.map { depth in
                (depth, Double(ranks.count { $0 < depth }) / Double(ranks.count))
            })
    }
}
