internal import ArgumentParser
internal import CambiumAdapters
internal import CambiumEvaluation
internal import CambiumFiles
internal import CambiumJobs
internal import CambiumTraining

/// `cambium evaluate adapter`: a trained head decides.
struct EvaluateAdapter: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "adapter",
        abstract: "Classify test embeddings with a trained adapter.")

    @Option(help: "The adapter folder.")
    var adapter: String

    @Option(help: "Embeddings to classify (.npy, with its keys file).")
    var test: String

    @Option(
        help: ArgumentHelp(
            "Of a head that gives several labels a row: 0 or 1 for every row and class (.npy).",
            valueName: "file"))
    var labels: String?

    @OptionGroup var options: EvaluateOptions

    func run() throws {
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
        guard loaded.head.configuration.task == .single else {
            return try labels.map { try measure(loaded, table, list, $0) }
                ?? writeScores(loaded, table)
        }
        guard labels == nil else {
            throw UsageError(
                "--labels: \(adapter) gives one class a row, which the keys file of \(test) names")
        }
        let truth = try EvaluateOptions.checked { try table.columns(in: list) }
        try RankPlace.ofThisProcess().perform { distribution, _ in
            let predictions = try Predictions(
                classes: list, truth: truth, scores: scores(loaded.head, table, distribution))
            guard distribution.leads else { return }
            try options.finish(
                name: "Adapter (\(loaded.head.configuration.kind.rawValue))", predictions,
                keys: table.keys,
                inputs: ["\(adapter)/adapter.safetensors", "\(adapter)/config.json"]
                    + EvaluationTables.files(table))
        }
    }

    /// Rows with any number of classes, each predicted from a probability of one half on.
    private func measure(
        _ adapter: AdapterFolder, _ table: EmbeddingTable, _ list: ClassList, _ labels: String
    ) throws {
        try Paths.requireFile(labels)
        let rows = try EvaluateOptions.checked {
            let scores = try ScoreMatrix(
                adapter.head.probabilities(table.vectors()), rows: table.rows, columns: list.count)
            return try LabelledScores(
                classes: list, truth: NPY(labels), scores: scores,
                thresholds: [Double](repeating: 0.5, count: list.count))
        }
        guard case .several(let predictions) = rows else {
            throw UsageError("\(labels): 0 or 1 for every row and class expected, [rows, classes]")
        }
        try options.finish(
            name: "Adapter (\(adapter.head.configuration.kind.rawValue))", predictions,
            keys: table.keys,
            inputs: ["\(self.adapter)/adapter.safetensors", "\(self.adapter)/config.json", labels]
                + EvaluationTables.files(table), validation: nil)
    }

    /// Rows with any number of classes whose labels are elsewhere: only the probabilities are
    /// written.
    private func writeScores(_ adapter: AdapterFolder, _ table: EmbeddingTable) throws {
        let staging = try StagedFolder(options.out)
        try NPY.write(
            adapter.head.probabilities(table.vectors()),
            shape: [table.rows, adapter.labels.count], to: "\(staging.path)/scores.npy")
        try EmbeddingTable.writeKeys(
            table.keys, .init(repeating: nil, count: table.rows),
            to: "\(staging.path)/scores.keys.tsv")
        try staging.commit()
        options.shared.log.note(
            "the adapter gives any number of classes a row: give --labels to measure them, or "
                + "measure \(options.out)/scores.npy with cambium evaluate scores")
        print("\(options.out)/scores.npy")
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
