internal import ArgumentParser
internal import CambiumJobs
internal import Glibc

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
        var options = TrainingOptions(recipe: recipe)
        (options.overrides, options.out, options.isResuming) = (overrides, out, resume)
        let run = try TrainingRun(options, log: shared.log)
        let place = try RankPlace.ofThisProcess()
        let stop = StopRequest(
            heeded: {
                Interruption.beGraceful(
                    saying: place.leads
                        ? "cambium: ending after this step, with a checkpoint" : nil)
            }, signal: { Interruption.request })
        switch try run.run(at: place, stop: stop) {
        case .finished(let model): if place.leads { print(model) }
        case .stopped(let step, let folder, let number):
            if place.leads {
                let how = number == SIGINT ? "interrupted" : "ended by signal \(number)"
                Terminal.error(
                    "cambium: \(how) after step \(step); \(folder)/last holds it: go on with "
                        + "--resume")
            }
            throw ExitCode(128 + number)
        }
    }
}
