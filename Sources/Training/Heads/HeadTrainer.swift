public import CambiumAdapters
internal import CambiumEncoders
internal import CambiumFiles
internal import Foundation

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

/// Trains a head on frozen embeddings and keeps the epoch that is best on the validation rows.
/// The same inputs and seed give the same bytes, on any number of threads.
public struct HeadTrainer {
    private let recipe: HeadRecipe
    private let configuration: HeadConfiguration
    private let known: [String: [Float]]

    /// A trainer for one kind of head.
    /// - Parameter known: parameters that do not start at random, by name; the others are drawn
    ///   from the recipe's seed.
    public init(
        _ recipe: HeadRecipe, _ configuration: HeadConfiguration, known: [String: [Float]] = [:]
    ) {
        (self.recipe, self.configuration, self.known) = (recipe, configuration, known)
    }

    /// Trains. `judge` gives validation metrics of the network as it stands; `report` hears each
    /// epoch.
    /// - Throws: ``TrainingError/recipe(path:reason:)`` when the loss is no number any more, or
    ///   when `judge` has no value for the tracked metric: then no epoch is better than another.
    public func train(
        _ rows: HeadRows, judge: (HeadNetwork) throws -> [(name: String, value: Double?)],
        report: (HeadEpoch) -> Void = { _ in }
    ) throws -> (head: Head, best: HeadEpoch) {
        let source = RandomSource(seed: recipe.seed)
        let start = try Head(configuration) { name, shape, initialization in
            known[name] ?? source.values(name, shape, initialization)
        }
        let network = HeadNetwork(configuration, try start.parameters.map(\.values))
        let stepper = HeadStepper(
            network, batchSize: min(recipe.batchSize, max(1, rows.count)),
            loss: recipe.loss(rows, classes: configuration.classes))
        var best: (epoch: HeadEpoch, parameters: [[Float]])?
        for number in 1...max(1, recipe.epochs) {
            let loss = try epoch(number, stepper, rows)
            let metrics = try judge(network)
            guard value(metrics, recipe.trackedMetric) != nil else { throw untracked }
            let epoch = HeadEpoch(
                number: number, loss: loss, metrics: metrics,
                isBest: best.map { isBetter(metrics, than: $0.epoch.metrics) } ?? true)
            if epoch.isBest { best = (epoch, network.parameters) }
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
        var kept = best.parameters[...]
        return (try Head(configuration) { _, _, _ in kept.removeFirst() }, best.epoch)
    }

    private func epoch(_ number: Int, _ stepper: HeadStepper, _ rows: HeadRows) throws -> Double {
        var order = Array(0..<rows.count)
        var generator = SeededGenerator(
            seed: recipe.seed, SeededGenerator.stream("head"), UInt64(number))
        generator.shuffle(&order)
        let steps = (rows.count + recipe.batchSize - 1) / recipe.batchSize
        var total = 0.0
        for index in 0..<steps {
            let start = index * recipe.batchSize
            let batch = Array(order[start..<min(start + recipe.batchSize, order.count)])
            let done = Double((number - 1) * steps + index) / Double(recipe.epochs * steps)
            let factor = recipe.cosine ? (1 + cos(.pi * done)) / 2 : 1
            let loss = stepper.step(
                rows.embeddings, rows.targets, batch: batch, rate: recipe.learningRate * factor,
                decay: recipe.weightDecay)
            guard loss.isFinite else {
                throw TrainingError.recipe(
                    path: "--learning-rate \(recipe.learningRate)",
                    reason: "in epoch \(number) the loss is \(loss); lower the rate")
            }
            total += loss * Double(batch.count)
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
