internal import ArgumentParser
internal import CambiumEncoders
internal import CambiumEvaluation
internal import CambiumJobs
internal import CambiumPackaging
internal import CambiumTorch
internal import CambiumTraining
internal import Foundation

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
        try options.requireRoom()
        let table = try EvaluationTables.open(test)
        let list = try EvaluationTables.classes(labels, [table])
        let truth = try EvaluateOptions.checked { try table.columns(in: list) }
        let folder = try Arguments.checked {
            try ModelBundle.model(at: model, environment: ProcessInfo.processInfo.environment)
        }
        let place = try RankPlace.ofThisProcess()
        try place.perform { distribution, _ in
            let predictions = try predictions(
                table, list, truth, folder, place.device(device), distribution)
            guard distribution.leads else { return }
            try options.finish(
                name: "Zero-shot", predictions, keys: table.keys,
                inputs: [folder.weightsPath, templates].compactMap(\.self) + [labels]
                    + EvaluationTables.files(table))
        }
    }

    private func predictions(
        _ table: EmbeddingTable, _ list: ClassList, _ truth: [Int], _ folder: ModelFolder,
        _ device: Device, _ distribution: Distribution
    ) throws -> Predictions {
        let loaded = try folder.load(device: device)
        let embedder = try Embedder(loaded, folder.preprocessing)
        guard embedder.width == table.dimension else {
            throw UsageError(
                "\(test): \(table.dimension) values a row, but \(model) gives \(embedder.width); "
                    + "embed the images with this model")
        }
        let tokenizer = try folder.tokenizer()
        let names = list.labels.map(\.name)
        let patterns = try templates.map(ClassPrompts.templates) ?? template
        let used = patterns.isEmpty ? ["{}"] : patterns
        if distribution.leads { ClassPrompts.warn(names, used, tokenizer, options.shared.log) }
        let vectors = try ZeroShot.classTexts(names, templates: used, dimension: embedder.width) {
            texts in
            let own = distribution.share(of: texts.count, inPieces: embedder.batchSize)
            return try distribution.gather(
                embedder.embed(texts: Array(texts[own]), tokenizer), width: embedder.width,
                count: texts.count, inPieces: embedder.batchSize)
        }
        let scale = try temperature.map { log(1 / $0) } ?? loaded.logitScale.item()
        let scores = try ZeroShot.scores(
            images: table.vectors(), texts: vectors, dimension: table.dimension,
            logitScale: scale, rows: distribution.share(of: table.rows))
        return try Predictions(
            classes: list, truth: truth,
            scores: distribution.gather(scores, width: list.count, count: table.rows))
    }
}
