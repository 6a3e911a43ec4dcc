internal import ArgumentParser
internal import CambiumEvaluation
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

    /// What the job is told.
    var choice: ProtocolChoice {
        var choice = ProtocolChoice()
        (choice.validation, choice.choosesOnTest) = (validation, chooseOnTest)
        (choice.criteria, choice.operatingPoints) = (criteria, operatingPoints)
        (choice.subgroups, choice.columns) = (subgroups, columns)
        return choice
    }
}
