import CambiumEncoders
import CambiumFiles
import CambiumLayers
import CambiumRankThreads
import CambiumTorch
import CambiumTraining
import Foundation
import Testing

/// The loss of a batch in parts, against the whole.
@Suite struct ContrastivePartsTests {
    private static let labels = [3, 0, 3, 7, 0, 7, 7]

    private func features(_ phase: Double, _ type: ElementType) throws -> Tensor {
        let count = Self.labels.count * 5
        let raw = try Tensor(
            (0..<count).map { sin(0.7 * Double($0) + phase) }, [Self.labels.count, 5])
        let leaf = try raw.normalized().converted(to: type).detached()
        try leaf.setRequiresGradient()
        return leaf
    }

    private static let mixed = [0.3, 1, 0.8, 0.6, 0, 0.2, 0.9]
    private static let cuts: [(sizes: [Int], shares: [Double]?)] = [
        ([7], nil), ([3, 4], nil), ([2, 2, 2, 1], nil), ([3, 4], mixed), ([2, 2, 2, 1], mixed),
    ]

    @Test(arguments: ContrastiveLoss.Kind.allCases, cuts)
    func `parts add up to the whole, gradients too`(
        kind: ContrastiveLoss.Kind, cut: (sizes: [Int], shares: [Double]?)
    ) throws {
        func gradients(_ cuts: [Range<Int>]) throws -> (Double, [[Double]]) {
            let (images, texts) = try (features(0.2, .float64), features(1.1, .float64))
            let (scale, bias) = try (Tensor(1.5), Tensor(-3.0))
            for tensor in [scale, bias] { try tensor.setRequiresGradient() }
            var sum = 0.0
            for rows in cuts {
                let part = try ContrastiveLoss(kind, labelSmoothing: kind == .siglip ? 0 : 0.1)(
                    images: images, texts: texts, labels: Self.labels, shares: cut.shares,
                    rows: rows, logitScale: scale, logitBias: bias)
                try part.backward()
                sum += try part.item()
            }
            let all = [images, texts, scale] + (kind == .siglip ? [bias] : [])
            return (sum, try all.map { try #require(try $0.gradient()).array(of: Double.self) })
        }
        var start = 0
        let cuts = cut.sizes.map { size in
            defer { start += size }
            return start..<(start + size)
        }
        let whole = try gradients([0..<7])
        let parts = try gradients(cuts)
        #expect(abs(whole.0 - parts.0) < 1e-12 * abs(whole.0))
        for (a, b) in zip(whole.1, parts.1) { #expect(relativeError(b, a) < 1e-12) }
    }
}

/// Several processes against one, each a thread with a model of its own.
@Suite struct DistributedTrainerTests {
    private static func recipe(_ count: Int) -> Recipe {
        var recipe = Recipe()
        recipe.batchSize = 7
        recipe.epochs = 18
        recipe.dropsLast = false
        recipe.learningRate = 3e-4
        recipe.smoothing = 0.9
        return recipe
    }

    @Test(arguments: [(2, 7), (4, 7), (2, 2), (1, 2)])
    func `final weights are those of one process`(size: Int, microBatch: Int) throws {
        let alone = try #require(try train(size: 1, microBatch: 7).first)
        let results = try train(size: size, microBatch: microBatch)
        #expect(results.count == size)
        for result in results {
            #expect(result.losses.count == 54)
            #expect(relativeError(result.losses, alone.losses) < 1e-6)
            #expect(relativeError(result.weights, alone.weights) < 1e-5)
        }
        #expect(results.allSatisfy { $0.weights == results[0].weights })
    }

    @Test(arguments: [ElementType.float32, .float64], [(1, 4), (1, 2), (2, 10), (4, 10), (2, 2)])
    func `gradients are those of one pass`(
        type: ElementType, cut: (size: Int, microBatch: Int)
    ) throws {
        // Ten images: two, three and five micro-batches, shares of two or three.
        let whole = try #require(try gradients(type, size: 1, microBatch: 10).first)
        let parts = try gradients(type, size: cut.size, microBatch: cut.microBatch)
        #expect(parts.count == cut.size)
        for part in parts {
            let error = relativeError(part, whole)
            #expect(error < (type == .float32 ? 1e-6 : 1e-12), "\(error)")
        }
    }

    private func gradients(
        _ type: ElementType, size: Int, microBatch: Int
    ) throws -> [[Double]] {
        let tiny = try TinyRun()
        defer { try? FileSystem.remove(tiny.folder) }
        var configuration = tiny.configuration
        configuration.image.dropPathRate = 0.3
        return try Ranks.run(size) { [configuration] group in
            let source = try ConvertedSource(RandomSource(seed: 1), type)
            let model = try ImageTextModel(configuration, from: source)
            for (_, tensor) in model.parameters.entries { try tensor.setRequiresGradient() }
            let distribution = Distribution(size == 1 ? nil : group)
            let towers = model.parameters.entries.filter { $0.name != "logit_scale" }
            let step = ContrastiveStep(
                model: model, loss: ContrastiveLoss(), logitBias: nil, distribution: distribution,
                reducer: try distribution.group.map {
                    try GradientReducer(
                        towers.map(\.tensor), in: $0, firstBucket: 512, bucket: 2048)
                }, microBatch: microBatch, precision: .float32, tokenize: TinyRun.tokenize)
            let batches = MadeUpBatches(
                epoch: 0, first: 0, size: 10, whole: 2, rest: 0, distribution: distribution,
                tick: {})
            let batch = try #require(try batches.next())
            _ = try step(
                batch, shape: [3, 32, 32], seed: 5, step: 1, scale: 1, wantsStop: false)
            return try model.parameters.entries.flatMap { entry in
                try #require(try entry.tensor.gradient()).array(of: Double.self)
            }
        }
    }

    private struct Outcome: Sendable {
        let losses: [Double]
        let weights: [Double]
    }

    private func train(size: Int, microBatch: Int) throws -> [Outcome] {
        try Ranks.run(size) { group in
            let losses = Lock<[Double]>([])
            var tiny = try TinyRun()
            defer { try? FileSystem.remove(tiny.folder) }
            tiny.recipe = Self.recipe(TinyRun.count)
            tiny.recipe.logEvery = 1
            tiny.recipe.microBatch = microBatch
            tiny.recipe.evaluateEvery = 1000
            tiny.recipe.saveEvery = 1000
            let model = try tiny.train(
                in: Distribution(size == 1 ? nil : group),
                report: { event in
                    if case .step(let record) = event { losses.withLock { $0.append(record.loss) } }
                })
            let weights = try model.parameters.entries.flatMap {
                try $0.tensor.array(of: Double.self)
            }
            return Outcome(losses: losses.withLock { $0 }, weights: weights)
        }
    }
}

/// Parameters in another precision.
final class ConvertedSource: ParameterSource {
    private let source: any ParameterSource
    private let type: ElementType

    init(_ source: any ParameterSource, _ type: ElementType) throws {
        (self.source, self.type) = (source, type)
    }

    func parameter(
        _ name: String, _ shape: [Int], _ initialization: Initialization
    ) throws -> Tensor {
        try source.parameter(name, shape, initialization).converted(to: type).detached()
    }
}

/// |a - b| / |b|, Euclidean.
func relativeError(_ a: [Double], _ b: [Double]) -> Double {
    guard a.count == b.count else { return .infinity }
    let difference = zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    return (difference / max(b.reduce(0) { $0 + $1 * $1 }, 1e-300)).squareRoot()
}
