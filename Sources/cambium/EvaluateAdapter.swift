internal import Adapters
internal import ArgumentParser
internal import Evaluation
internal import Training

/// `cambium evaluate adapter`: a trained head decides.
struct EvaluateAdapter: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "adapter",
        abstract: "Classify test embeddings with a trained adapter.")

    @Option(help: "The adapter folder.")
    var adapter: String

    @Option(help: "Embeddings to classify (.npy, with its keys file).")
    var test: String

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
        let truth = try EvaluateOptions.checked { try table.columns(in: list) }
        try Ranks.perform(Ranks.place()) { distribution, _ in
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
