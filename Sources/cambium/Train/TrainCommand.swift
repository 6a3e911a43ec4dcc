internal import ArgumentParser
internal import CambiumJobs

/// `cambium train`: contrastive fine-tuning of both towers as a recipe says.
struct TrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Fine-tune an image-text model on a data set, as a recipe says.",
        discussion: """
            The recipe is a YAML file with MedImageInsight's keys. The run folder gets the \
            complete recipe, a log, TensorBoard events, checkpoints, and in model/ the best model.
            """)

    @Argument(help: "The recipe, a YAML file.")
    var recipe: String

    @Option(name: .customLong("set"), help: "Change one value of the recipe: KEY.KEY=VALUE.")
    var overrides: [String] = []

    @Option(help: "The run folder (default: the recipe's SAVE_DIR).")
    var out: String?

    @Flag(help: "Go on from the newest checkpoint of the run folder.")
    var resume = false

    @OptionGroup var shared: SharedOptions

    func run() throws {
        try Paths.requireFile(recipe)
        let run = try TrainingRun(
            recipe, overrides: overrides, out: out, resuming: resume, log: shared.log)
        try run.perform()
    }
}
