internal import ArgumentParser
internal import CambiumEvaluation
internal import CambiumFiles
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
        if let out { try EvaluateOptions.checked { try EvaluationOutput.requireFree(out) } }
        let stored = try runs.map(open)
        let names = try groups.map { path in
            guard !stored[0].keys.isEmpty else {
                throw UsageError("\(path): the rows of \(stored[0].folder) have no keys")
            }
            return try GroupNames.of(stored[0].keys, GroupNames.read(path), path)
        }
        let comparison = try EvaluateOptions.checked {
            try Comparison(
                stored, bootstrap: Bootstrap(resamples: resamples, seed: seed, groups: names),
                remarks: kind == .highest
                    ? []
                    : ["every class is decided by its own threshold, chosen on validation rows"])
        }
        if let out {
            let staging = try StagedFolder(out)
            try FileSystem.write(comparison.json.document, to: "\(staging.path)/comparison.json")
            try FileSystem.write(comparison.markdown, to: "\(staging.path)/comparison.md")
            try FileSystem.write(page(comparison), to: "\(staging.path)/report.html")
            try staging.commit()
        }
        print(json ? comparison.json.document : comparison.markdown, terminator: "")
    }

    private func open(_ run: String) throws -> StoredEvaluation {
        let (name, folder) = Paths.named(run)
        try Paths.requireFolder(folder)
        return try EvaluateOptions.checked {
            try StoredEvaluation(folder: folder, name: name, decisions: kind ?? .highest)
        }
    }

    private func page(_ comparison: Comparison) throws -> String {
        let results = runs.map { Paths.named($0) }
        let provenance = Provenance(
            command: ["cambium"] + CommandLine.arguments.dropFirst(),
            inputs: try results.map { try Provenance.Input(file: "\($0.path)/metrics.json") })
        let title = "\(runs.count) models on the same cases"
        return try EvaluateOptions.checked {
            guard try !MultiLabelMethod.isKind(of: results[0].path) else {
                var report = MultiLabelReport(
                    title: title,
                    methods: try results.map { try MultiLabelMethod(folder: $1, name: $0) })
                (report.comparison, report.provenance) = (comparison, provenance)
                return report.html
            }
            var report = Report(
                title: title, methods: try results.map { try ReportMethod(folder: $1, name: $0) })
            (report.comparison, report.provenance) = (comparison, provenance)
            return report.html
        }
    }
}
