internal import ArgumentParser
internal import CambiumJobs

/// `cambium evaluate zero-shot`: the nearest class text decides.
struct EvaluateZeroShot: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "zero-shot",
        abstract: "Classify test embeddings by the nearest class text, with no training rows.")

    @Option(help: "The model folder that made the test embeddings.")
    var model: String

    @Option(help: "The class texts, one a line (unique_texts.txt).")
    var labels: String

    @Option(help: "Embeddings to classify (.npy, with its keys file).")
    var test: String

    @Option(
        help: ArgumentHelp(
            "The text that the model reads; {} stands for the class text. Of several, the "
                + "embeddings' means decide."))
    var template: [String] = []

    @Option(help: ArgumentHelp("Templates, one a line.", valueName: "file"))
    var templates: String?

    @Option(
        help: ArgumentHelp(
            "Divides the cosines before they become probabilities (default: the model's own).",
            valueName: "number"))
    var temperature: Double?

    @Option(help: "cpu, cuda, cuda:N, or auto.")
    var device = "auto"

    @OptionGroup var options: EvaluateOptions

    func validate() throws {
        guard template.allSatisfy({ $0.contains("{}") }) else {
            throw ValidationError("--template must hold {}, the place of the class text.")
        }
        guard template.isEmpty || templates == nil else {
            throw ValidationError("--template and --templates do not go together.")
        }
        guard temperature.map({ $0.isFinite && $0 > 0 }) ?? true else {
            throw ValidationError("--temperature must be a number above 0.")
        }
    }

    func run() throws {
        var job = ZeroShotEvaluation(model: model, labels: labels, test: test, options.job)
        (job.templates, job.templateFile) = (template, templates)
        (job.temperature, job.device) = (temperature, device)
        options.show(try job.run(at: .ofThisProcess(), log: options.shared.log))
    }
}
