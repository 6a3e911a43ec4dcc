internal import ArgumentParser
internal import Encoders
internal import Evaluation
internal import Foundation
internal import Torch

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

    @Option(help: "The text that the model reads; {} stands for the class text.")
    var template = "{}"

    @Option(help: "cpu, cuda, cuda:N, or auto.")
    var device = "auto"

    @OptionGroup var options: EvaluateOptions

    func validate() throws {
        guard template.contains("{}") else {
            throw ValidationError("--template must hold {}, the place of the class text.")
        }
    }

    func run() throws {
        try options.requireRoom()
        let table = try EvaluationTables.open(test)
        let list = try EvaluationTables.classes(labels, [table])
        let truth = try EvaluateOptions.checked { try table.columns(in: list) }
        let folder = try Arguments.checked {
            try ModelFolder(model, environment: ProcessInfo.processInfo.environment)
        }
        let loaded = try folder.load(device: device == "auto" ? .best : try Device(named: device))
        let embedder = try Embedder(loaded, folder.preprocessing)
        guard embedder.width == table.dimension else {
            throw UsageError(
                "\(test): \(table.dimension) values a row, but \(model) gives \(embedder.width); "
                    + "embed the images with this model")
        }
        let texts = list.labels.map { template.replacingOccurrences(of: "{}", with: $0.name) }
        let scores = try ZeroShot.scores(
            images: table.vectors(), texts: embedder.embed(texts: texts, folder.tokenizer()),
            dimension: table.dimension, logitScale: loaded.logitScale.item())
        try options.finish(
            name: "Zero-shot", try Predictions(classes: list, truth: truth, scores: scores),
            keys: table.keys,
            inputs: [folder.weightsPath].compactMap(\.self) + [labels]
                + EvaluationTables.files(table))
    }
}
