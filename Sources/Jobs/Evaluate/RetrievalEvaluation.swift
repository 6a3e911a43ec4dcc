internal import CambiumEvaluation
internal import CambiumFiles
internal import CambiumReports

/// Do embeddings find others of their class?
public struct RetrievalEvaluation: Sendable {
    /// Embeddings to search with (.npy, with its keys file).
    public var queries: String
    /// Embeddings to search among; nil: the queries search among themselves.
    public var gallery: String?
    /// The k of precision, recall and hits at k.
    public var depths = [1, 5, 10]
    /// A table `KEY<TAB>GROUP` of rows that belong together, for the intervals.
    public var groups: String?
    /// Resamples of the bootstrap intervals.
    public var resamples = 1000
    /// Seed of the bootstrap.
    public var seed = 42
    /// The folder to write; it must not exist, or be empty.
    public var out: String
    /// What the result names as the command that made it.
    public var command: [String] = []

    /// The defaults above.
    public init(queries: String, out: String) { (self.queries, self.out) = (queries, out) }

    /// Measures and writes.
    public func run() throws -> EvaluationResult {
        try EvaluationTables.checked { try EvaluationOutput.requireFree(out) }
        let own = try EvaluationTables.open(queries)
        let searched = try gallery.map(EvaluationTables.open)
        let tables = [own] + [searched].compactMap(\.self)
        guard tables.allSatisfy({ $0.dimension == own.dimension }) else {
            throw UsageError(
                "\(tables[1].path): \(tables[1].dimension) values a row, but \(queries) has "
                    + "\(own.dimension); embed both with one model")
        }
        try EmbeddingTable.requireOneOrigin(tables)
        let list = try EvaluationTables.classes(nil, tables)
        let groupNames = try groups.map { try GroupNames($0).of(own.keys) }
        let result = try EvaluationTables.checked {
            try Retrieval(
                queries: table(own, list), gallery: searched.map { try table($0, list) },
                dimension: own.dimension, classes: list,
                depths: Array(Set(depths)).sorted(),
                bootstrap: Bootstrap(resamples: resamples, seed: seed, groups: groupNames))
        }
        return try write(result, tables)
    }

    private func table(_ table: EmbeddingTable, _ list: ClassList) throws -> Retrieval.Table {
        Retrieval.Table(
            vectors: try table.vectors(), columns: try table.columns(in: list), keys: table.keys)
    }

    private func write(
        _ result: Retrieval, _ tables: [EmbeddingTable]
    ) throws -> EvaluationResult {
        let provenance = Provenance(
            command: command,
            inputs: try tables.flatMap(EvaluationTables.files).map(InputFile.init(file:)))
        let document = result.document(provenance)
        let staging = try StagedFolder(out)
        try FileSystem.write(document, to: "\(staging.path)/metrics.json")
        try FileSystem.write(result.markdown, to: "\(staging.path)/summary.md")
        try staging.commit()
        return EvaluationResult(document: document, summary: result.markdown)
    }
}
