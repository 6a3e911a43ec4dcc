internal import ArgumentParser
internal import CambiumCorpus
internal import CambiumEvaluation
internal import CambiumFiles
internal import CambiumJobs

/// What every `evaluate` command is told about thresholds and subgroups.
struct ProtocolOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The output folder of the same method on validation rows: thresholds per class are "
                + "chosen there and applied to the test rows.", valueName: "folder"))
    var validation: String?

    @Option(
        name: .customLong("criterion"),
        help: "What thresholds are chosen for: f1, f1-grid or youden; may be repeated.")
    var criteria: [String] = []

    @Option(
        name: .customLong("operating-point"),
        help: ArgumentHelp(
            "Also report what reaches this on the validation rows; may be repeated.",
            valueName: "sensitivity=S|specificity=S"))
    var operatingPoints: [String] = []

    @Flag(
        help: ArgumentHelp(
            "Choose thresholds on the test rows where no others are given. The result is "
                + "optimistic, which metrics.json and the report say."))
    var chooseOnTest = false

    @Option(
        help: ArgumentHelp(
            "A table with a column key (or path) and columns to divide the rows by.",
            valueName: "file"))
    var subgroups: String?

    @Option(
        name: .customLong("by"), help: "A column of --subgroups; may be repeated.")
    var columns: [String] = []

    func validate() throws {
        for text in criteria {
            guard let criterion = ThresholdCriterion(text), !text.contains("=") else {
                throw ValidationError("--criterion \(text): f1, f1-grid or youden expected.")
            }
            _ = criterion
        }
        for text in operatingPoints
        where !text.contains("=") || ThresholdCriterion(text) == nil {
            throw ValidationError(
                "--operating-point \(text): sensitivity=S or specificity=S expected, S above 0 "
                    + "and at most 1.")
        }
        guard (subgroups == nil) == columns.isEmpty else {
            throw ValidationError("--subgroups FILE and --by COLUMN belong together.")
        }
    }

    /// Whether thresholds are asked for at all.
    private var asksForThresholds: Bool {
        validation != nil || chooseOnTest || !criteria.isEmpty || !operatingPoints.isEmpty
    }

    /// What is measured beside the metrics of the highest score.
    /// - Parameters:
    ///   - test: the rows to measure.
    ///   - given: validation rows that the command read itself.
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
            guard chooseOnTest else {
                throw UsageError(
                    "thresholds need rows to be chosen on: --validation FOLDER, or --choose-on-test"
                )
            }
            (plan.validation, plan.isChosenOnTest) = (test, true)
            return plan
        }
        let shared = rows.shared(test, keys)
        guard shared == 0 || chooseOnTest else {
            throw UsageError(
                "\(rows.place): \(shared) of its rows are test rows; choosing on them is refused "
                    + "(--choose-on-test does it nevertheless and says so in the result)")
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

/// Rows to choose thresholds on.
struct ValidationRows {
    let scores: LabelledScores
    let keys: [String]
    /// Where they come from, for messages.
    let place: String

    init(scores: LabelledScores, keys: [String], place: String) {
        (self.scores, self.keys, self.place) = (scores, keys, place)
    }

    /// The rows of an output folder.
    init(folder: String) throws {
        try Paths.requireFolder(folder)
        let stored = try EvaluateOptions.checked { try StoredEvaluation(folder: folder) }
        self.init(scores: stored.rows, keys: stored.keys, place: folder)
    }

    /// How many rows are test rows: by key where both have keys, else by equal contents.
    func shared(_ test: LabelledScores, _ testKeys: [String]) -> Int {
        if !keys.isEmpty, !testKeys.isEmpty { return Set(keys).intersection(testKeys).count }
        return scores.isSame(test) ? test.rowCount : 0
    }

    /// A caution about groups on both sides.
    func sharedGroups(_ testKeys: [String], _ groups: [String: String]) -> [String] {
        let own = Set(keys.compactMap { groups[$0] })
        let shared = own.intersection(testKeys.compactMap { groups[$0] })
        return shared.isEmpty
            ? []
            : [
                "\(shared.count) groups have rows among the validation rows and among the test "
                    + "rows: the thresholds know them."
            ]
    }
}
