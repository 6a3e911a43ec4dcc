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
    /// The standard error of ``auc`` by DeLong; nil with less than two positives or negatives.
    public let aucStandardError: Double?
    /// One-vs-rest average precision; nil without positives or scores.
    public let averagePrecision: Double?
    /// Recall, nil where the class does not occur.
    public let sensitivity: Double?
    /// Share of the other rows not taken for this class; nil where there are none.
    public let specificity: Double?
    /// Confidence intervals by the names of the fields; empty where none were asked for.
    public var intervals: [String: Interval] = [:]
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
    /// The other averages of the areas.
    public let areas: AreaAverages
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
    /// What ``Metric/all`` names, by key; defined ones only.
    public let values: [String: Double]
}

/// Averages of the one-vs-rest areas beside the mean ROC AUC; nil without scores.
public struct AreaAverages: Sendable, Equatable {
    /// Mean average precision over the classes that occur.
    public let map: Double?
    /// Mean ROC AUC weighted by support.
    public let weightedAUC: Double?
    /// Mean average precision weighted by support.
    public let weightedAP: Double?
    /// ROC AUC of all decisions (row, class) as one question.
    public let microAUC: Double?
    /// Average precision of all decisions as one question.
    public let microAP: Double?

    init(_ draws: MetricDraws) {
        (map, weightedAUC, weightedAP) = (draws["map"], draws["weighted_auc"], draws["weighted_ap"])
        (microAUC, microAP) = (draws["micro_auc"], draws["micro_ap"])
    }

    init(
        map: Double?, weightedAUC: Double?, weightedAP: Double?, microAUC: Double?, microAP: Double?
    ) {
        (self.map, self.weightedAUC, self.weightedAP) = (map, weightedAUC, weightedAP)
        (self.microAUC, self.microAP) = (microAUC, microAP)
    }
}

extension ClassificationMetrics {
    /// Computes all metrics; intervals by ``Bootstrap`` when one is given.
    public init(_ predictions: Predictions, bootstrap: Bootstrap? = nil)
        throws(EvaluationError)
    {
        self = try SingleLabelEvaluation(predictions, bootstrap: bootstrap).metrics
    }
}
