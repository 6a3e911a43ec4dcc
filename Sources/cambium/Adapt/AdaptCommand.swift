internal import ArgumentParser
internal import CambiumAdapters
internal import CambiumJobs

/// `cambium adapt`: a head on frozen embeddings.
struct AdaptCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "adapt",
        abstract: "Train a head on frozen embeddings.",
        discussion: """
            Classes come from the keys files beside the arrays. Of heads that are trained by \
            steps, the epoch that is best on the validation rows is kept. mlp-conv is Microsoft's \
            preset: Linear, GELU, Linear, LayerNorm, two Conv1d with GELU between, Linear. \
            --search looks for the best head by cross-validation inside the training rows. See \
            docs/heads.md.
            """)

    @Option(help: "Embeddings to learn from (.npy, with its keys file).")
    var train: String?

    @Option(help: "Embeddings to choose the epoch on (.npy, with its keys file).")
    var validation: String?

    @Option(help: "The adapter folder to write; it must not exist.")
    var out: String

    @Option(help: "The kind of head.")
    var head = HeadChoice.kind(.mlpConv)

    @OptionGroup var options: HeadOptions

    @Flag(help: "Try heads and settings by cross-validation inside the training rows.")
    var search = false

    @Option(help: "Seconds after which --search begins no further method or fold.")
    var budget = 120.0

    @Option(help: "Folds of the training rows, for --search and for choosing a strength.")
    var folds = 5

    @Flag(help: "Train a head on all folds but one, in turn, and average their probabilities.")
    var ensemble = false

    @Flag(help: "Choose the temperature of the probabilities on the validation rows.")
    var calibrate = false

    @Option(
        help: ArgumentHelp(
            "Rows that stay together in folds: a line KEY<TAB>GROUP for every key.",
            valueName: "file"))
    var groups: String?

    @Option(help: "The model folder that made the embeddings, for heads that need class texts.")
    var model: String?

    @Option(
        help: ArgumentHelp(
            "The text that the model reads, {} for the class text; several are averaged."))
    var template: [String] = []

    @Option(
        help: ArgumentHelp(
            "Rows with any number of classes: 0 or 1 for every class (.npy, rows x classes).",
            valueName: "file"))
    var trainLabels: String?

    @Option(help: ArgumentHelp("The same for the validation rows.", valueName: "file"))
    var validationLabels: String?

    @Option(
        help: "The label file (unique_texts.txt), where classes may be missing from the tables.")
    var classes: String?

    @Option(
        name: .customLong("import"),
        help: ArgumentHelp(
            "Take the weights of mlp-conv from this file (torch.save or safetensors) instead of "
                + "training; needs --classes.", valueName: "file"))
    var imported: String?

    @Option(
        help: ArgumentHelp(
            "Write the head's state dictionary here, too, as torch.load reads it.",
            valueName: "file.pth"))
    var export: String?

    @OptionGroup var shared: SharedOptions

    func validate() throws {
        guard imported != nil || (train != nil && validation != nil) else {
            throw ValidationError("--train and --validation are needed, or --import.")
        }
        guard imported == nil || (train == nil && validation == nil && classes != nil) else {
            throw ValidationError("--import needs --classes, and no --train or --validation.")
        }
        guard (2...1000).contains(folds) else {
            throw ValidationError("--folds must be in 2...1000.")
        }
        guard budget >= 0, budget.isFinite else {
            throw ValidationError("--budget must be a number of at least 0.")
        }
        guard template.allSatisfy({ $0.contains("{}") }) else {
            throw ValidationError("--template must hold {}, the place of the class text.")
        }
        guard template.isEmpty || model != nil else {
            throw ValidationError("--template needs --model, which reads it.")
        }
        guard (trainLabels == nil) == (validationLabels == nil) else {
            throw ValidationError("--train-labels and --validation-labels go together.")
        }
        guard trainLabels == nil || (classes != nil && head.knowsLabels) else {
            let heads = HeadChoice.allCases.filter(\.knowsLabels).map(\.rawValue)
            throw ValidationError(
                "--train-labels needs --classes and --head "
                    + "\(heads.dropLast().joined(separator: ", ")) or \(heads.last ?? "").")
        }
        guard !(search && ensemble) else {
            throw ValidationError("--search and --ensemble do not go together.")
        }
    }

    func run() throws {
        try Paths.requireFresh(out)
        if let export { try Paths.requireFresh(export) }
        if let imported, let classes {
            try AdapterExchange.read(imported, classes: classes, to: out)
        } else if let train, let validation {
            try AdapterJob(job(train, validation), log: shared.log).run()
        }
        if let export { try AdapterExchange.write(out, to: export) }
        print(out)
    }

    private func job(_ train: String, _ validation: String) -> AdapterOptions {
        var job = AdapterOptions(train: train, validation: validation, out: out)
        (job.head, job.recipe, job.hidden) = (head, options.recipe, options.hidden)
        (job.strength, job.isSearching, job.budget) = (options.strength, search, budget)
        (job.folds, job.isEnsemble, job.isCalibrated) = (folds, ensemble, calibrate)
        (job.groups, job.model, job.classes) = (groups, model, classes)
        if !template.isEmpty { job.templates = template }
        job.labels = trainLabels.flatMap { first in validationLabels.map { (first, $0) } }
        return job
    }
}
