internal import CambiumAdapters
internal import CambiumEvaluation
internal import CambiumFiles
internal import CambiumPackaging
internal import CambiumTraining

/// A trained head decides.
public struct AdapterEvaluation: Sendable {
    /// What came of it.
    public enum Result: Sendable {
        /// The rows were measured.
        case measured(EvaluationResult)
        /// The head gives any number of classes a row and no labels were given: only the
        /// probabilities were written, to this file.
        case scores(String)
    }

    /// The adapter folder.
    public var adapter: String
    /// Embeddings to classify (.npy, with its keys file).
    public var test: String
    /// Of a head that gives several labels a row: 0 or 1 for every row and class (.npy).
    public var labels: String?
    /// The output.
    public var options: EvaluationOptions

    /// An adapter on a table.
    public init(adapter: String, test: String, _ options: EvaluationOptions) {
        (self.adapter, self.test, self.options) = (adapter, test, options)
    }

    /// Classifies, measures and writes.
    /// - Returns: nil in a process that does not lead.
    public func run(at place: RankPlace = .alone, log: Log = Log()) throws -> Result? {
        try options.requireRoom()
        try Paths.requireFolder(adapter)
        let table = try EvaluationTables.open(test)
        let loaded = try AdapterFolder(adapter)
        let list = try ClassList(loaded.labels.map { ClassLabel(id: $0.id, name: $0.name) })
        guard loaded.head.configuration.input == table.dimension else {
            throw UsageError(
                AdapterError.width(
                    path: test, expected: loaded.head.configuration.input, got: table.dimension
                ).description)
        }
        try table.requireOrigin(loaded.origin(at: adapter), adapter)
        guard loaded.head.configuration.task == .single else {
            guard let labels else { return .scores(try writeScores(loaded, table, log)) }
            return .measured(try measure(loaded, table, list, labels, log))
        }
        guard labels == nil else {
            throw UsageError(
                "--labels: \(adapter) gives one class a row, which the keys file of \(test) names")
        }
        let truth = try EvaluationTables.checked { try table.columns(in: list) }
        return try place.perform { distribution, _ in
            let predictions = try Predictions(
                classes: list, truth: truth, scores: scores(loaded.head, table, distribution))
            guard distribution.leads else { return nil }
            return .measured(
                try options.finish(
                    name: name(loaded), LabelledScores(predictions), keys: table.keys,
                    inputs: files + EvaluationTables.files(table), origin: table.origin,
                    log: log))
        }
    }

    private func name(_ adapter: AdapterFolder) -> String {
        "Adapter (\(adapter.head.configuration.kind.rawValue))"
    }

    private var files: [String] { ["\(adapter)/adapter.safetensors", "\(adapter)/config.json"] }

    /// Rows with any number of classes, each predicted from a probability of one half on.
    private func measure(
        _ adapter: AdapterFolder, _ table: EmbeddingTable, _ list: ClassList, _ labels: String,
        _ log: Log
    ) throws -> EvaluationResult {
        try Paths.requireFile(labels)
        let rows = try EvaluationTables.checked {
            let scores = try ScoreMatrix(
                adapter.head.probabilities(table.vectors()), rows: table.rows, columns: list.count)
            return try LabelledScores(
                classes: list, truth: NPY(labels), scores: scores,
                thresholds: [Double](repeating: 0.5, count: list.count))
        }
        guard case .several = rows else {
            throw UsageError("\(labels): 0 or 1 for every row and class expected, [rows, classes]")
        }
        return try options.finish(
            name: name(adapter), rows, keys: table.keys,
            inputs: files + [labels] + EvaluationTables.files(table), origin: table.origin,
            log: log)
    }

    /// Rows with any number of classes whose labels are elsewhere: only the probabilities are
    /// written.
    private func writeScores(
        _ adapter: AdapterFolder, _ table: EmbeddingTable, _ log: Log
    ) throws -> String {
        let staging = try StagedFolder(options.out)
        try NPY.write(
            adapter.head.probabilities(table.vectors()),
            shape: [table.rows, adapter.labels.count], to: "\(staging.path)/scores.npy")
        try EmbeddingTable.writeKeys(
            table.keys, .init(repeating: nil, count: table.rows),
            to: "\(staging.path)/scores.keys.tsv")
        try staging.commit()
        let path = "\(options.out)/scores.npy"
        log.note(
            "the adapter gives any number of classes a row: give --labels to measure them, or "
                + "measure \(path) with cambium evaluate scores")
        return path
    }

    private func scores(
        _ head: Head, _ table: EmbeddingTable, _ distribution: Distribution
    ) throws -> [Double] {
        let share = distribution.share(of: table.rows, inPieces: Head.rowsAtOnce)
        let own = share.lowerBound * table.dimension..<share.upperBound * table.dimension
        return try distribution.gather(
            head.probabilities(Array(table.vectors()[own])), width: head.configuration.classes,
            count: table.rows, inPieces: Head.rowsAtOnce)
    }
}
