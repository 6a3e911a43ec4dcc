public import ArgumentParser
internal import CambiumEvaluation
public import CambiumJobs
public import CambiumTraining

extension HeadChoice: ExpressibleByArgument {}

extension HeadRecipe.ClassWeights: ExpressibleByArgument {}

/// How a head is trained, as options.
struct HeadOptions: ParsableArguments {
    @Option(help: "Passes over the training rows.")
    var epochs = 10

    @Option(help: "Rows a step.")
    var batchSize = 32

    @Option(help: "AdamW's learning rate.")
    var learningRate = 3e-4

    @Option(help: "AdamW's weight decay.")
    var weightDecay = 0.01

    @Flag(help: "Let the rate fall to 0 by a half cosine.")
    var cosine = false

    @Option(help: "Channels of the convolutions and of hidden layers.")
    var hidden = 512

    @Option(help: "Decides first weights, order and folds.")
    var seed: UInt64 = 42

    @Option(help: "Stop after this many epochs without a better one (default: never).")
    var patience: Int?

    /// The metrics that ``track`` may name beside the loss.
    private static let metrics = Metric.keys(.heads)

    @Option(
        help: ArgumentHelp("What decides: \(Self.metrics.joined(separator: ", ")) or loss."))
    var track = "accuracy"

    @Option(help: "What a class's rows weigh in the loss: none, balanced or effective.")
    var classWeights = HeadRecipe.ClassWeights.none

    @Option(help: "The share of a row's target that is spread over all classes.")
    var labelSmoothing = 0.0

    @Option(help: "The focal loss's exponent; 0 is cross-entropy.")
    var focalGamma = 0.0

    @Option(help: "Times the logarithm of a class's share that is added to its logit in training.")
    var logitAdjustment = 0.0

    @Option(help: "Logistic regression's C (default: chosen by cross-validation).")
    var strength: Double?

    func validate() throws {
        guard track == "loss" || Self.metrics.contains(track) else {
            throw ValidationError(
                "--track must be \(Self.metrics.joined(separator: ", ")) or loss.")
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
        for (name, value) in [
            ("learning-rate", learningRate), ("weight-decay", weightDecay),
            ("focal-gamma", focalGamma), ("logit-adjustment", logitAdjustment),
        ] {
            guard value.isFinite, value >= 0 else {
                throw ValidationError("--\(name) must be a number of at least 0.")
            }
        }
        guard (0..<1).contains(labelSmoothing) else {
            throw ValidationError("--label-smoothing must be in 0..<1.")
        }
        guard focalGamma == 0 || labelSmoothing == 0 else {
            throw ValidationError("--focal-gamma and --label-smoothing do not go together.")
        }
        guard strength.map({ $0.isFinite && $0 > 0 }) ?? true else {
            throw ValidationError("--strength must be a number above 0.")
        }
    }

    var recipe: HeadRecipe {
        var recipe = HeadRecipe()
        (recipe.epochs, recipe.batchSize, recipe.seed) = (epochs, batchSize, seed)
        (recipe.learningRate, recipe.weightDecay) = (learningRate, weightDecay)
        (recipe.patience, recipe.trackedMetric, recipe.cosine) = (patience, track, cosine)
        (recipe.classWeights, recipe.smoothing) = (classWeights, labelSmoothing)
        (recipe.focus, recipe.adjustment) = (focalGamma, logitAdjustment)
        return recipe
    }
}
