internal import ArgumentParser
internal import Evaluation
internal import Files

/// `cambium compare`: several models on the same cases, with paired tests.
struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Compare several models on the same cases, with paired tests.",
        discussion: """
            RUN is the output folder of an evaluate command, or NAME=FOLDER to call it otherwise. \
            All must be of the same cases: equal keys, classes and truth. Differences have \
            intervals and p values of one bootstrap for all models; areas are tested by DeLong, \
            decisions by McNemar; p values are corrected by Holm. --out writes comparison.json \
            and comparison.md.
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
                stored, bootstrap: Bootstrap(resamples: resamples, seed: seed, groups: names))
        }
        if let out {
            let staging = try StagedFolder(out)
            try FileSystem.write(comparison.json.document, to: "\(staging.path)/comparison.json")
            try FileSystem.write(comparison.markdown, to: "\(staging.path)/comparison.md")
            try staging.commit()
        }
        print(json ? comparison.json.document : comparison.markdown, terminator: "")
    }

    private func open(_ run: String) throws -> StoredEvaluation {
        // A folder whose own name holds "=" is taken as it is.
        let split = FileSystem.kind(run) == .folder ? nil : run.firstIndex(of: "=")
        let folder = split.map { String(run[run.index(after: $0)...]) } ?? run
        try Paths.requireFolder(folder)
        return try EvaluateOptions.checked {
            try StoredEvaluation(folder: folder, name: split.map { String(run[..<$0]) })
        }
    }
}
