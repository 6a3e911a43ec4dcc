internal import ArgumentParser
internal import CambiumEvaluation
internal import CambiumFiles
internal import CambiumJobs
internal import CambiumReports

/// `cambium evaluate retrieval`: do embeddings find others of their class?
struct EvaluateRetrieval: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retrieval",
        abstract: "Measure how well embeddings find others of their class.",
        discussion: """
            Every query ranks the gallery by cosine similarity. Without --gallery the queries \
            search among themselves. Writes metrics.json and summary.md.
            """)

    @Option(help: "Embeddings to search with (.npy, with its keys file).")
    var queries: String

    @Option(help: "Embeddings to search among (.npy, with its keys file).")
    var gallery: String?

    @Option(name: .customLong("at"), help: "The k of precision, recall and hits at k; repeatable.")
    var depths: [Int] = [1, 5, 10]

    @Option(help: "Rows that belong together, for the intervals: a line KEY<TAB>GROUP a key.")
    var groups: String?

    @Option(help: "Resamples of the bootstrap intervals.")
    var resamples = 1000

    @Option(help: "Seed of the bootstrap.")
    var seed = 42

    @Option(help: "The folder to write; it must not exist, or be empty.")
    var out: String

    @Flag(help: "Print metrics.json instead of the summary.")
    var json = false

    @OptionGroup var shared: SharedOptions

    func validate() throws {
        guard depths.allSatisfy({ $0 > 0 }) else {
            throw ValidationError("--at must be positive.")
        }
        guard (1...100_000).contains(resamples) else {
            throw ValidationError("--resamples must be in 1...100000.")
        }
    }

    func run() throws {
        try EvaluateOptions.checked { try EvaluationOutput.requireFree(out) }
        let own = try EvaluationTables.open(queries)
        let searched = try gallery.map(EvaluationTables.open)
        let tables = [own] + [searched].compactMap(\.self)
        guard tables.allSatisfy({ $0.dimension == own.dimension }) else {
            throw UsageError(
                "\(tables[1].path): \(tables[1].dimension) values a row, but \(queries) has "
                    + "\(own.dimension); embed both with one model")
        }
        let list = try EvaluationTables.classes(nil, tables)
        let groupNames = try groups.map { try GroupNames.of(own.keys, GroupNames.read($0), $0) }
        let result = try EvaluateOptions.checked {
            try Retrieval(
                queries: table(own, list), gallery: searched.map { try table($0, list) },
                dimension: own.dimension, classes: list,
                depths: Array(Set(depths)).sorted(),
                bootstrap: Bootstrap(resamples: resamples, seed: seed, groups: groupNames))
        }
        try write(result, tables)
    }

    private func table(_ table: EmbeddingTable, _ list: ClassList) throws -> Retrieval.Table {
        Retrieval.Table(
            vectors: try table.vectors(), columns: try table.columns(in: list), keys: table.keys)
    }

    private func write(_ result: Retrieval, _ tables: [EmbeddingTable]) throws {
        let provenance = Provenance(
            command: ["cambium"] + CommandLine.arguments.dropFirst(),
            inputs: try tables.flatMap(EvaluationTables.files).map(Provenance.Input.init(file:)))
        let document = result.document(provenance)
        let staging = try StagedFolder(out)
        try FileSystem.write(document, to: "\(staging.path)/metrics.json")
        try FileSystem.write(result.markdown, to: "\(staging.path)/summary.md")
        try staging.commit()
        print(json ? document : "\(result.markdown)\n\(out)/summary.md\n", terminator: "")
    }
}
