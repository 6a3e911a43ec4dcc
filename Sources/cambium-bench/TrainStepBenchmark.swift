import Encoders
import Files
import Layers
import Torch
import Training

/// A whole training step: both towers, UniCL's loss, gradients, clipping, AdamW, smoothing. A
/// text that several images share is encoded once, as the trainer does.
final class TrainStepBenchmark {
    private let model: ImageTextModel
    private let optimizer: AdamW
    private let ema: EMA
    private let images: Tensor
    private let tokens: TokenBatch
    private let labels: [Int]
    private var step = 0

    static func run(_ arguments: [String]) throws -> String {
        let options = try BenchmarkOptions(
            arguments, known: ["config", "size", "batch", "classes", "iterations"])
        let benchmark = try TrainStepBenchmark(options)
        return try measure(
            options.count("iterations", 5), parameters: benchmark.model.parameters.count
        ) { try benchmark.takeStep() }
    }

    private init(_ options: BenchmarkOptions) throws {
        let batch = try options.count("batch", 32)
        let classes = min(batch, try options.count("classes", 15))
        model = try ImageTextModel(options.model(), from: RandomSource(seed: 0))
        let entries = model.parameters.entries
        for (_, tensor) in entries { try tensor.setRequiresGradient() }
        var rules = ParameterRules()
        rules.weightDecay = 0.05
        optimizer = try AdamW(
            ParameterGroups(rules, names: entries.map(\.name)).groups,
            Dictionary(uniqueKeysWithValues: entries.map { ($0.name, $0.tensor) }))
        ema = try EMA(entries, decay: 0.999)
        images = try pixels(batch, options.count("size", 64))
        tokens = Self.tokens(classes, model.configuration.text.contextLength)
        labels = (0..<batch).map { $0 % classes + 1 }
    }

    /// A start, eight ordinary ids that differ by class, an end, padding.
    private static func tokens(_ classes: Int, _ context: Int) -> TokenBatch {
        let ids = (0..<classes).flatMap { row in
            let text = [49406] + (320 + row..<328 + row) + [49407]
            return text + [Int](repeating: 0, count: max(0, context - text.count))
        }
        return TokenBatch(
            ids: ids, mask: ids.map { $0 == 0 ? 0 : 1 }, contextLength: context)
    }

    private func takeStep() throws {
        step += 1
        let noise = Noise(step)
        let features = try model.embed(images: images, .training(noise))
        let rows = try Tensor(labels.map { $0 - 1 }, [labels.count])
        let texts = try model.embed(texts: tokens).rows(rows)
        let loss = try ContrastiveLoss.unified(
            images: features, texts: texts, labels: labels, logitScale: model.logitScale)
        try loss.backward()
        try withoutGradients { _ = try optimizer.step(learningRate: 1e-5, clipping: 1) }
        try ema.update(step: step)
    }
}

/// The draws of stochastic depth.
private final class Noise: UniformSource {
    private var generator: SeededGenerator

    init(_ step: Int) { generator = SeededGenerator(seed: 0, UInt64(step)) }

    func uniform() -> Double { generator.uniform() }
}
