public import Adapters
internal import Encoders
internal import Files
internal import Torch

/// How a head is trained; the defaults are the dermatology document's, with Microsoft's rate.
public struct HeadRecipe: Sendable, Equatable {
    /// Passes over the training rows.
    public var epochs = 10
    /// Rows a step.
    public var batchSize = 32
    /// AdamW's rate, constant.
    public var learningRate = 3e-4
    /// AdamW's decay, of every parameter, as the samples have it.
    public var weightDecay = 0.01
    /// Decides the first weights and the order of rows.
    public var seed: UInt64 = 42
    /// Epochs without a better validation metric before it stops; nil never stops early.
    public var patience: Int?
    /// The validation metric that decides which epoch is kept.
    public var trackedMetric = "accuracy"

    /// The defaults above.
    public init() {}
}

/// Rows to train or judge a head on.
public struct HeadRows: Sendable {
    /// Embeddings, row-major [rows, width].
    public let embeddings: [Float]
    /// The column of the true class, a row each.
    public let classes: [Int]

    /// Rows with their classes.
    public init(embeddings: [Float], classes: [Int]) {
        (self.embeddings, self.classes) = (embeddings, classes)
    }

    /// Whether every row has length 1, to the precision of half-precision numbers.
    public var areNormalized: Bool {
        let width = embeddings.count / max(1, classes.count)
        return classes.indices.allSatisfy { row in
            let square = embeddings[row * width..<(row + 1) * width].reduce(0.0) {
                $0 + Double($1) * Double($1)
            }
            return abs(square - 1) < 5e-3
        }
    }
}

/// What an epoch gave.
public struct HeadEpoch: Sendable {
    /// The epoch, from 1.
    public let number: Int
    /// Mean training loss.
    public let loss: Double
    /// Validation metrics by name.
    public let metrics: [(name: String, value: Double?)]
    /// Whether it is the best so far.
    public let isBest: Bool
}

/// Trains a head on frozen embeddings by cross-entropy and keeps the epoch that is best on the
/// validation rows. The same inputs and seed give the same bytes on a processor.
public struct HeadTrainer {
    private let recipe: HeadRecipe
    private let configuration: HeadConfiguration

    /// A trainer for one kind of head.
    public init(_ recipe: HeadRecipe, _ configuration: HeadConfiguration) {
        (self.recipe, self.configuration) = (recipe, configuration)
    }

    /// Trains. `judge` gives validation metrics of the head as it stands; `report` hears each
    /// epoch.
    /// - Throws: ``TrainingError/recipe(path:reason:)`` when the loss is no number any more, or
    ///   when `judge` has no value for the tracked metric: then no epoch is better than another.
    public func train(
        _ rows: HeadRows, judge: (Head) throws -> [(name: String, value: Double?)],
        report: (HeadEpoch) -> Void
    ) throws -> (head: Head, best: HeadEpoch) {
        let head = try Head(configuration, from: RandomSource(seed: recipe.seed))
        for (_, tensor) in head.named { try tensor.setRequiresGradient() }
        let group = ParameterGroup(
            weightDecay: recipe.weightDecay, rateScale: 1, names: head.named.map(\.name))
        let optimizer = try AdamW(
            [group], Dictionary(uniqueKeysWithValues: head.named.map { ($0.name, $0.tensor) }))
        let x = try Tensor(rows.embeddings, [rows.classes.count, configuration.input])
        let y = try Tensor(rows.classes, [rows.classes.count])
        var best: (epoch: HeadEpoch, weights: [Tensor])?
        for number in 1...max(1, recipe.epochs) {
            let loss = try epoch(number, head, optimizer, x, y)
            let metrics = try judge(head)
            guard value(metrics, recipe.trackedMetric) != nil else { throw untracked }
            let epoch = HeadEpoch(
                number: number, loss: loss, metrics: metrics,
                isBest: best.map { isBetter(metrics, than: $0.epoch.metrics) } ?? true)
            if epoch.isBest {
                best = (epoch, try head.named.map { try $0.tensor.detached().copied() })
            }
            report(epoch)
            if let patience = recipe.patience, let kept = best?.epoch.number,
                number - kept >= patience
            {
                break
            }
        }
        guard let best else {
            throw TrainingError.recipe(path: "--epochs", reason: "must be at least 1")
        }
        try withoutGradients {
            for (entry, kept) in zip(head.named, best.weights) {
                try entry.tensor.overwrite(with: kept)
            }
        }
        return (head, best.epoch)
    }

    private func epoch(
        _ number: Int, _ head: Head, _ optimizer: AdamW, _ x: Tensor, _ y: Tensor
    ) throws -> Double {
        var order = Array(0..<y.count)
        var generator = SeededGenerator(
            seed: recipe.seed, SeededGenerator.stream("head"), UInt64(number))
        generator.shuffle(&order)
        var total = 0.0
        for start in stride(from: 0, to: order.count, by: recipe.batchSize) {
            let part = Array(order[start..<min(start + recipe.batchSize, order.count)])
            let rows = try Tensor(part, [part.count])
            let loss = try head(x.rows(rows)).crossEntropy(y.rows(rows))
            let value = try loss.item()
            guard value.isFinite else {
                throw TrainingError.recipe(
                    path: "--learning-rate \(recipe.learningRate)",
                    reason: "in epoch \(number) the loss is \(value); lower the rate")
            }
            try loss.backward()
            try withoutGradients {
                _ = try optimizer.step(learningRate: recipe.learningRate, clipping: nil)
            }
            total += value * Double(part.count)
        }
        return total / Double(order.count)
    }

    /// A higher tracked metric; among equals the lower loss.
    private func isBetter(
        _ metrics: [(name: String, value: Double?)], than best: [(name: String, value: Double?)]
    ) -> Bool {
        if recipe.trackedMetric != "loss" {
            let new = value(metrics, recipe.trackedMetric) ?? -.infinity
            let old = value(best, recipe.trackedMetric) ?? -.infinity
            if new != old { return new > old }
        }
        return (value(metrics, "loss") ?? .infinity) < (value(best, "loss") ?? .infinity)
    }

    private func value(_ list: [(name: String, value: Double?)], _ name: String) -> Double? {
        list.first { $0.name == name }?.value
    }

    private var untracked: TrainingError {
        .recipe(
            path: "--track \(recipe.trackedMetric)",
            reason: "is undefined on these validation rows (mauc needs a class with rows and a "
                + "class without); track accuracy or loss")
    }
}
