public import CambiumEvaluation
internal import CambiumFiles
internal import CambiumReports

/// Several models on the same cases, with paired tests.
public struct ComparisonJob: Sendable {
    /// Output folders of evaluations of the same cases, or NAME=FOLDER.
    public var runs: [String]
    /// The folder to write; it must not exist, or be empty. Nil: nothing is written.
    public var out: String?
    /// A table `KEY<TAB>GROUP` of rows that belong together.
    public var groups: String?
    /// Resamples of the bootstrap.
    public var resamples = 1000
    /// Seed of the bootstrap.
    public var seed = 42
    /// Which decisions are compared.
    public var decisions = StoredEvaluation.Decisions.highest
    /// What the page names as the command that made it.
    public var command: [String] = []

    /// The defaults above.
    public init(_ runs: [String]) { self.runs = runs }

    /// Compares and, where it has a place, writes.
    public func run() throws -> EvaluationResult {
        if let out { try EvaluationTables.checked { try EvaluationOutput.requireFree(out) } }
        let stored = try runs.map(open)
        let names = try groups.map { path in
            guard !stored[0].keys.isEmpty else {
                throw UsageError("\(path): the rows of \(stored[0].folder) have no keys")
            }
            return try GroupNames(path).of(stored[0].keys)
        }
        let comparison = try EvaluationTables.checked {
            try Comparison(
                stored, bootstrap: Bootstrap(resamples: resamples, seed: seed, groups: names),
                remarks: decisions == .highest
                    ? []
                    : ["every class is decided by its own threshold, chosen on validation rows"])
        }
        let result = EvaluationResult(
            document: comparison.json.document, summary: comparison.markdown)
        if let out {
            let staging = try StagedFolder(out)
            try FileSystem.write(result.document, to: "\(staging.path)/comparison.json")
            try FileSystem.write(result.summary, to: "\(staging.path)/comparison.md")
            try FileSystem.write(page(comparison), to: "\(staging.path)/report.html")
            try staging.commit()
        }
        return result
    }

    private func open(_ run: String) throws -> StoredEvaluation {
        let (name, folder) = Paths.named(run)
        try Paths.requireFolder(folder)
        return try EvaluationTables.checked {
            try StoredEvaluation(folder: folder, name: name, decisions: decisions)
        }
    }

    private func page(_ comparison: Comparison) throws -> String {
        let results = runs.map { Paths.named($0) }
        let provenance = Provenance(
            command: command,
            inputs: try results.map { try InputFile(file: "\($0.path)/metrics.json") })
        let title = "\(runs.count) models on the same cases"
        return try EvaluationTables.checked {
            var report = Report(
                title: title, methods: try results.map { try ReportMethod(folder: $1, name: $0) })
            (report.comparison, report.provenance) = (comparison, provenance)
            return report.html
        }
    }
}
