package import CambiumFiles

/// What an evaluation is asked for beside the metrics of the highest score.
public struct EvaluationPlan: Sendable {
    /// How intervals are made.
    public var bootstrap: Bootstrap
    /// What thresholds are chosen for; none: no second protocol.
    public var criteria: [ThresholdCriterion]
    /// Where thresholds are chosen.
    public var validation: LabelledScores?
    /// Whether ``validation`` holds rows of the test split. Such a choice is optimistic; it is
    /// written into the result.
    public var isChosenOnTest: Bool
    /// Columns to divide the rows by: the value of each row.
    public var subgroups: [(column: String, values: [String])]
    /// Cautions that stand at the head of a report.
    public var warnings: [String]
    /// Whether the encoder learned from the rows that are measured.
    public var isLearned = false

    /// A plan.
    public init(
        bootstrap: Bootstrap = Bootstrap(), criteria: [ThresholdCriterion] = [],
        validation: LabelledScores? = nil, isChosenOnTest: Bool = false,
        subgroups: [(column: String, values: [String])] = [], warnings: [String] = []
    ) {
        (self.bootstrap, self.criteria, self.validation) = (bootstrap, criteria, validation)
        (self.isChosenOnTest, self.subgroups) = (isChosenOnTest, subgroups)
        self.warnings = warnings
    }

    /// Measures what is asked for.
    package func details(_ test: LabelledScores) throws(EvaluationError) -> EvaluationDetails {
        var protocols: [ThresholdProtocol] = []
        if let validation {
            for criterion in criteria {
                protocols.append(
                    try ThresholdProtocol(
                        criterion, validation: validation, test: test,
                        isChosenOnTest: isChosenOnTest, bootstrap: bootstrap))
            }
        }
        var tables: [SubgroupTable] = []
        for (column, values) in subgroups {
            tables.append(
                try test.subgroups(column: column, values: values, bootstrap: bootstrap))
        }
        var cautions = warnings
        if isChosenOnTest, !protocols.isEmpty { cautions.append(Self.optimism) }
        if isLearned { cautions.append(Self.memory) }
        return EvaluationDetails(
            protocols: protocols, subgroups: tables, warnings: cautions, isLearned: isLearned)
    }

    private static let memory =
        "The encoder learned from these very rows: the numbers say how well it remembers them, not "
        + "what it does with new images."

    private static let optimism =
        "Thresholds were chosen on test rows: what is reported for them is optimistic and must "
        + "not be compared with results whose thresholds come from other rows."
}

/// What stands in a result beside the metrics of the highest score.
public struct EvaluationDetails: Sendable {
    /// The second protocol and operating points, one a criterion.
    public let protocols: [ThresholdProtocol]
    /// One a column.
    public let subgroups: [SubgroupTable]
    /// Cautions that stand at the head of a report.
    public let warnings: [String]
    /// Whether the encoder learned from the rows.
    let isLearned: Bool

    /// Nothing beside the metrics.
    package static let none = EvaluationDetails(
        protocols: [], subgroups: [], warnings: [], isLearned: false)

    /// The names of ``members(argmax:)``.
    package static let names = [
        "protocols", "operating_points", "subgroups", "chosen_on_test", "warnings",
        "encoder_learned_from",
    ]

    /// The keys that they add to `metrics.json`.
    /// - Parameter argmax: the headline of the first protocol; null where rows have several labels.
    package func members(argmax: JSON) -> [String: JSON] {
        let best = protocols.filter { !$0.criterion.isOperatingPoint }
        let points = protocols.filter(\.criterion.isOperatingPoint)
        return [
            "protocols": ["argmax": argmax, "thresholds": .array(best.map(\.json))],
            "operating_points": .array(points.map(\.json)),
            "subgroups": .array(subgroups.map(\.json)),
            "chosen_on_test": .bool(protocols.contains(where: \.isChosenOnTest)),
            "warnings": .array(warnings.map(JSON.string)),
            "encoder_learned_from": .bool(isLearned),
        ]
    }
}

extension ClassificationMetrics {
    /// The headline of the first protocol: the class with the highest score.
    package var argmax: JSON {
        [
            "accuracy": .finite(accuracy), "balanced_accuracy": .finite(balancedAccuracy),
            "macro": macro.json, "macro_present": macroPresent.json, "micro": micro.json,
            "weighted": weighted.json, "mcc": .finite(mcc),
        ]
    }
}
