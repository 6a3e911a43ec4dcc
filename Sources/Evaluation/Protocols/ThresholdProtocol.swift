internal import CambiumFiles

/// The second protocol: every class is decided for itself by a threshold that was chosen on other
/// rows. Beside the first, the class with the highest score, it must not be mixed in one table.
public struct ThresholdProtocol: Sendable {
    /// What the thresholds were chosen for.
    public let criterion: ThresholdCriterion
    /// Whether they were chosen on the very rows they are measured on.
    public let isChosenOnTest: Bool
    /// The numbers on the test rows.
    public let metrics: MultiLabelMetrics
    private let chosen: [ChosenThreshold]
    private let rows: Int

    /// One a class; infinite where the class is never predicted.
    public var thresholds: [Double] { chosen.map(\.threshold) }

    /// Chooses thresholds on validation rows and measures them on the test rows.
    /// - Throws: ``EvaluationError`` where the classes differ or there are no scores.
    public init(
        _ criterion: ThresholdCriterion, validation: LabelledScores, test: LabelledScores,
        isChosenOnTest: Bool, bootstrap: Bootstrap?
    ) throws(EvaluationError) {
        guard validation.classes == test.classes else {
            throw .shape(
                place: "validation rows", expected: "the classes of the test rows, in their order",
                got: "others")
        }
        chosen = Self.choose(criterion, validation)
        rows = validation.scores.rows
        (self.criterion, self.isChosenOnTest) = (criterion, isChosenOnTest)
        metrics = try MultiLabelEvaluation(
            test.decided(by: chosen.map(\.threshold)), bootstrap: bootstrap, ranking: false,
            strata: test.strata
        ).metrics
    }

    private static func choose(
        _ criterion: ThresholdCriterion, _ rows: LabelledScores
    ) -> [ChosenThreshold] {
        rows.scores.columnGroups.flatMap { group in
            let columns = rows.scores.columns(group)
            return Workers.map(columns.count) { index in
                criterion.choose(columns[index]) { rows.isTrue($0, group.lowerBound + index) }
            }
        }
    }

    /// The entry of `metrics.json`.
    var json: JSON {
        var members = metrics.decisionMembers
        members["criterion"] = .string(criterion.description)
        members["chosen_on"] = isChosenOnTest ? "test" : "validation"
        members["chosen_on_rows"] = .integer(rows)
        members["per_class"] = .array(
            zip(metrics.perClass, chosen).map { entry, chosen in
                var fields = entry.json.object ?? [:]
                // Areas do not depend on the threshold and stand in the file's own per_class.
                for name in ["auc", "average_precision", "auc_standard_error"] {
                    fields[name] = nil
                }
                fields["chosen_on"] = [
                    "sensitivity": .finite(chosen.sensitivity),
                    "specificity": .finite(chosen.specificity), "f1": .finite(chosen.f1),
                ]
                if let note = chosen.note { fields["note"] = .string(note) }
                return .object(fields)
            })
        return .object(members)
    }
}

/// Scores of rows whose classes are known, one a row or several.
public enum LabelledScores: Sendable {
    /// One class a row.
    case single(Predictions, ScoreMatrix)
    /// Any number of classes a row.
    case several(MultiLabelPredictions)

    /// Rows with a class each.
    /// - Throws: ``EvaluationError`` where there are no scores.
    public init(_ predictions: Predictions) throws(EvaluationError) {
        guard let scores = predictions.scores else {
            throw .value(place: "thresholds", reason: "there are predictions only, no scores")
        }
        self = .single(predictions, scores)
    }

    var classes: ClassList {
        switch self {
        case .single(let predictions, _): predictions.classes
        case .several(let predictions): predictions.classes
        }
    }

    /// `[rows, classes]`.
    package var scores: ScoreMatrix {
        switch self {
        case .single(_, let scores): scores
        case .several(let predictions): predictions.scores
        }
    }

    /// The class of each row, where each has one.
    var strata: [Int]? {
        if case .single(let predictions, _) = self { predictions.truth } else { nil }
    }

    func isTrue(_ row: Int, _ column: Int) -> Bool {
        switch self {
        case .single(let predictions, _): predictions.truth[row] == column
        case .several(let predictions): predictions.isTrue(row, column)
        }
    }

    func decided(by thresholds: [Double]) throws(EvaluationError) -> MultiLabelPredictions {
        switch self {
        case .single(let predictions, _):
            try MultiLabelPredictions(predictions, thresholds: thresholds)
        case .several(let predictions): predictions.deciding(by: thresholds)
        }
    }
}
