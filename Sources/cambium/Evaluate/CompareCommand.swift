internal import ArgumentParser
internal import CambiumEvaluation
internal import CambiumJobs
internal import CambiumReports

/// `cambium compare`: several models on the same cases, with paired tests.
struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Compare several models on the same cases, with paired tests.",
        discussion: """
            RUN is the output folder of an evaluate command, or NAME=FOLDER to call it otherwise. \
            All must be of the same cases: equal keys, classes and truth. Differences have \
            intervals and p values of one bootstrap for all models; areas are tested by DeLong, \
            decisions by McNemar; p values are corrected by Holm. --out writes comparison.json, \
            comparison.md and report.html. With --protocol thresholds every class is decided by \
            the thresholds that the evaluations chose on validation rows.
            """)

    @Argument(help: ArgumentHelp("Evaluations of the same cases.", valueName: "run"))
    var runs: [String]

    @Option(help: "The folder to write; it must not exist, or be empty.")
    var out: String?

    @Option(
        help: ArgumentHelp(
            "Rows that belong together (images of a patient): a line KEY<TAB>GROUP for every key.",
            valueName: "file"))
    var groups: String?

    @Option(help: "Resamples of the bootstrap.")
    var resamples = 1000

    @Option(help: "Seed of the bootstrap.")
    var seed = 42

    @Option(
        name: .customLong("protocol"),
        help: ArgumentHelp(
            "Which decisions are compared: argmax (the highest score), thresholds, or "
                + "thresholds:CRITERION.", valueName: "name"))
    var decisions = "argmax"

    @Flag(help: "Print the comparison as JSON instead of Markdown.")
    var json = false

    @OptionGroup var shared: SharedOptions

    func validate() throws {
        guard runs.count > 1 else {
            throw ValidationError("Name at least two evaluations to compare.")
        }
        guard (1...100_000).contains(resamples) else {
            throw ValidationError("--resamples must be in 1...100000.")
        }
        guard kind != nil else {
            throw ValidationError("--protocol must be argmax, thresholds or thresholds:CRITERION.")
        }
    }

    private var kind: StoredEvaluation.Decisions? {
        if decisions == "argmax" { return .highest }
        guard decisions.hasPrefix("thresholds") else { return nil }
        let rest = decisions.dropFirst("thresholds".count)
        if rest.isEmpty { return .thresholds(criterion: nil) }
        return rest.hasPrefix(":") ? .thresholds(criterion: String(rest.dropFirst())) : nil
    }

    func run() throws {
        var job = ComparisonJob(runs)
        (job.out, job.groups, job.decisions) = (out, groups, kind ?? .highest)
        (job.resamples, job.seed, job.command) = (resamples, seed, Cambium.commandLine)
        let result = try job.run()
        print(json ? result.document : result.summary, terminator: "")
    }
}
