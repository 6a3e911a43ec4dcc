internal import ArgumentParser
internal import Encoders
internal import Evaluation
internal import Foundation
internal import Torch
internal import Training

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
        let place = try Ranks.place()
        try Ranks.perform(place) { distribution, _ in
            let predictions = try predictions(
                table, list, truth, folder, Ranks.device(device, place), distribution)
            guard distribution.leads else { return }
            try options.finish(
                name: "Zero-shot", predictions, keys: table.keys,
                inputs: [folder.weightsPath].compactMap(\.self) + [labels]
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
        let texts = list.labels.map { template.replacingOccurrences(of: "{}", with: $0.name) }
        let own = distribution.share(of: texts.count, inPieces: embedder.batchSize)
        let vectors = try distribution.gather(
            embedder.embed(texts: Array(texts[own]), folder.tokenizer()), width: embedder.width,
            count: texts.count, inPieces: embedder.batchSize)
        let scores = try ZeroShot.scores(
            images: table.vectors(), texts: vectors, dimension: table.dimension,
            logitScale: loaded.logitScale.item(), rows: distribution.share(of: table.rows))
        return try Predictions(
            classes: list, truth: truth,
            scores: distribution.gather(scores, width: list.count, count: table.rows))
    }
}
