internal import CambiumCorpus
internal import CambiumEvaluation

/// What an evaluation is told about thresholds and subgroups.
public struct ProtocolChoice: Sendable {
    /// The output folder of the same method on validation rows: thresholds per class are chosen
    /// there.
    public var validation: String?
    /// What thresholds are chosen for: `f1`, `f1-grid` or `youden`.
    public var criteria: [String] = []
    /// What else is reported: `sensitivity=S` or `specificity=S`, reached on the validation rows.
    public var operatingPoints: [String] = []
    /// Whether thresholds may be chosen on the test rows where no others are given.
    public var choosesOnTest = false
    /// A table with a column `key` (or `path`) and columns to divide the rows by.
    public var subgroups: String?
    /// Columns of ``subgroups``.
    public var columns: [String] = []

    /// Nothing beside the highest score.
    public init() {}

    /// Whether thresholds are asked for at all.
    private var asksForThresholds: Bool {
        validation != nil || choosesOnTest || !criteria.isEmpty || !operatingPoints.isEmpty
    }

    /// What is measured beside the metrics of the highest score.
    /// - Parameters:
    ///   - test: the rows to measure.
    ///   - given: validation rows that the job read itself.
    ///   - groups: the group of a key, where groups are known.
    func plan(
        test: LabelledScores, keys: [String], bootstrap: Bootstrap, given: ValidationRows?,
        groups: [String: String]
    ) throws -> EvaluationPlan {
        var plan = EvaluationPlan(
            bootstrap: bootstrap, subgroups: try subgroupValues(keys))
        guard asksForThresholds || given != nil else { return plan }
        let names = criteria.isEmpty && operatingPoints.isEmpty ? ["f1", "youden"] : criteria
        plan.criteria = (names + operatingPoints).compactMap(ThresholdCriterion.init(_:))
        let rows = try given ?? validation.map(ValidationRows.init(folder:))
        guard let rows else {
            guard choosesOnTest else {
                throw UsageError(
                    "thresholds need rows to be chosen on: --validation FOLDER, or --choose-on-test"
                )
            }
            (plan.validation, plan.isChosenOnTest) = (test, true)
            return plan
        }
        let shared = rows.shared(test, keys)
        guard shared == 0 || choosesOnTest else {
            throw UsageError(
                "\(rows.place): \(shared) of its rows are test rows; choosing on them is refused "
                    + "(--choose-on-test does it nevertheless and says so in the result)")
        }
        guard !rows.isLearned else {
            throw UsageError(
                "\(rows.place): the encoder learned from its rows, so that thresholds chosen on "
                    + "them do not hold for others; evaluate the validation split and choose there")
        }
        (plan.validation, plan.isChosenOnTest) = (rows.scores, shared > 0)
        plan.warnings += rows.sharedGroups(keys, groups)
        return plan
    }

    private func subgroupValues(
        _ keys: [String]
    ) throws -> [(column: String, values: [String])] {
        guard let subgroups else { return [] }
        try Paths.requireFile(subgroups)
        guard !keys.isEmpty else {
            throw UsageError("\(subgroups): the rows have no keys; give --labels a keys file")
        }
        let table = try Arguments.checked { try KeyedColumns(subgroups, columns: columns) }
        let cells = try keys.map { key in
            guard let cells = table.cells[key] else {
                throw UsageError("\(subgroups): no row for the key \(key)")
            }
            return cells
        }
        return columns.enumerated().map { index, column in (column, cells.map { $0[index] }) }
    }
}
