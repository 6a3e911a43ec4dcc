public import Adapters
public import ArgumentParser
internal import Files
internal import Training

extension HeadConfiguration.Kind: ExpressibleByArgument {}

/// `cambium adapt`: a head on frozen embeddings.
struct AdaptCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "adapt",
        abstract: "Train a head on frozen embeddings.",
        discussion: """
            Classes come from the keys files beside the arrays. The epoch that is best on the \
            validation rows is kept. mlp-conv is Microsoft's preset: Linear, GELU, Linear, \
            LayerNorm, two Conv1d with GELU between, Linear.
            """)

    @Option(help: "Embeddings to learn from (.npy, with its keys file).")
    var train: String

    @Option(help: "Embeddings to choose the epoch on (.npy, with its keys file).")
    var validation: String

    @Option(help: "The adapter folder to write; it must not exist.")
    var out: String

    @Option(help: "The kind of head.")
    var head = HeadConfiguration.Kind.mlpConv

    @Option(help: "Passes over the training rows.")
    var epochs = 10

    @Option(help: "Rows a step.")
    var batchSize = 32

    @Option(help: "AdamW's learning rate.")
    var learningRate = 3e-4

    @Option(help: "AdamW's weight decay.")
    var weightDecay = 0.01

    @Option(help: "Channels of the convolutions.")
    var hidden = 512

    @Option(help: "Decides first weights and order.")
    var seed: UInt64 = 42

    @Option(help: "Stop after this many epochs without a better one (default: never).")
    var patience: Int?

    @Option(help: "What decides: accuracy, macro_f1, mcc, mauc or loss.")
    var track = "accuracy"

    @Option(
        help: "The label file (unique_texts.txt), where classes may be missing from the tables.")
    var classes: String?

    @OptionGroup var shared: SharedOptions

    func validate() throws {
        guard ["accuracy", "macro_f1", "mcc", "mauc", "loss"].contains(track) else {
            throw ValidationError("--track must be accuracy, macro_f1, mcc, mauc or loss.")
        }
        for (name, value, most) in [
            ("epochs", epochs, 1_000_000), ("batch-size", batchSize, 1 << 24),
            ("hidden", hidden, 1 << 13), ("patience", patience ?? 1, 1_000_000),
        ] {
            guard (1...most).contains(value) else {
                throw ValidationError("--\(name) must be in 1...\(most).")
            }
        }
        guard seed <= UInt64(Int.max) else {
            throw ValidationError("--seed must be in 0...\(Int.max).")
        }
        for (name, value) in [("learning-rate", learningRate), ("weight-decay", weightDecay)] {
            guard value.isFinite, value >= 0 else {
                throw ValidationError("--\(name) must be a number of at least 0.")
            }
        }
    }

    func run() throws {
        try Paths.requireFresh(out)
        var recipe = HeadRecipe()
        (recipe.epochs, recipe.batchSize, recipe.seed) = (epochs, batchSize, seed)
        (recipe.learningRate, recipe.weightDecay) = (learningRate, weightDecay)
        (recipe.patience, recipe.trackedMetric) = (patience, track)
        let job = try AdapterJob(
            train: train, validation: validation, classes: classes, recipe: recipe,
            log: shared.log)
        try job.run(head: head, hidden: hidden, out: out)
        print(out)
    }
}
