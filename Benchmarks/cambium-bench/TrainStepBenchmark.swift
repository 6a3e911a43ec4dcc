import CambiumEncoders
import CambiumFiles
import CambiumLayers
import CambiumTorch
import CambiumTraining
import Foundation

/// A whole training step, by the trainer that ships: both towers, UniCL's loss, gradients,
/// clipping, AdamW, smoothing. A step lasts from one request for a batch to the next.
enum TrainStepBenchmark {
    static func run(_ arguments: [String]) throws -> Measurement {
        let options = try BenchmarkOptions(
            arguments, known: ["config", "size", "batch", "classes", "iterations", "device"])
        let device = try options.device()
        let configuration = try options.model()
        let model = try ImageTextModel(
            configuration,
            from: RandomSource(seed: 0, start: configuration.start, device: device))
        let source = try RepeatedBatch(
            batch: options.count("batch", 32), size: options.count("size", 64),
            classes: options.count("classes", 15), steps: options.count("iterations", 5) + 1)
        try train(model, on: source)
        let times = source.requests
        return Measurement(
            seconds: zip(times.dropFirst(2), times.dropFirst()).map { ($0 - $1) / .seconds(1) },
            parameters: model.parameters.count, device: device)
    }

    /// Runs the trainer until the source ends it, before anything is evaluated or saved.
    private static func train(_ model: ImageTextModel, on source: RepeatedBatch) throws {
        var recipe = Recipe()
        (recipe.batchSize, recipe.epochs, recipe.evaluatesAtStart) = (source.batch, 1, false)
        recipe.rules.weightDecay = 0.05
        var preprocessing = Preprocessing()
        (preprocessing.height, preprocessing.width) = (source.size, source.size)
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "cambium-bench-\(ProcessInfo.processInfo.processIdentifier)").path
        try FileSystem.makeFolder(folder)
        defer { try? FileSystem.remove(folder) }
        let trainer = try Trainer(
            recipe, text: "", model: model, preprocessing: preprocessing, folder: folder,
            hooks: hooks(source, model.configuration.text.contextLength))
        do { _ = try trainer.run(resuming: false) } catch is RepeatedBatch.Finished {}
    }

    /// One epoch, a step longer than what is measured: its end would evaluate and save.
    private static func hooks(_ source: RepeatedBatch, _ context: Int) -> TrainerHooks {
        TrainerHooks(
            count: (source.steps + 1) * source.batch,
            tokenize: { texts in Self.tokens(texts, context) },
            batches: { _, _ in source }, validate: { _ in [] },
            clock: { Date().timeIntervalSince1970 }, report: { _ in })
    }

    /// A start, eight ordinary ids that differ by text, an end, padding.
    private static func tokens(_ texts: [String], _ context: Int) -> TokenBatch {
        let rows = texts.compactMap(Int.init).map { number in
            let text = [49406] + (320 + number..<328 + number) + [49407]
            return Array((text + [Int](repeating: 0, count: context)).prefix(context))
        }
        let ids = rows.flatMap { $0 }
        return TokenBatch(ids: ids, mask: ids.map { $0 == 0 ? 0 : 1 }, contextLength: context)
    }
}
