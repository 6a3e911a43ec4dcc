import CambiumAdapters
import CambiumEncoders
import CambiumFiles
import CambiumTorch
import CambiumTraining
import Foundation
import Testing

@Suite struct HeadTrainerTests {
    /// Two well separated clouds in four dimensions.
    private let rows = HeadRows(
        embeddings: (0..<160).map { (place: Int) -> Float in
            let center: Float = (place / 4) % 2 == place % 2 ? 1 : 0
            return center + 0.2 * Float(sin(Double(place)))
        }, classes: (0..<40).map { $0 % 2 })

    private func configuration(
        _ kind: HeadConfiguration.Kind = .mlpConv
    ) -> HeadConfiguration {
        var configuration = HeadConfiguration(kind, input: 4, classes: 2)
        (configuration.inner, configuration.hidden) = (8, 6)
        return configuration
    }

    private func bytes(_ head: Head) throws -> [[Float]] {
        try head.parameters.map(\.values)
    }

    private func accuracy(_ scores: [Double]) -> Double {
        var right = 0
        for (row, truth) in rows.classes.enumerated() {
            let predicted = scores[row * 2] < scores[row * 2 + 1] ? 1 : 0
            right += predicted == truth ? 1 : 0
        }
        return Double(right) / Double(rows.classes.count)
    }

    /// Trains with a script of metrics, an epoch each; gives the kept head, its epoch, the bytes
    /// after every epoch and what was reported.
    private func train(
        _ recipe: HeadRecipe, _ script: [[(name: String, value: Double?)]]
    ) throws -> (head: Head, best: HeadEpoch, states: [[[Float]]], epochs: [HeadEpoch]) {
        var states: [[[Float]]] = []
        var epochs: [HeadEpoch] = []
        let result = try HeadTrainer(recipe, configuration()).train(
            rows,
            judge: { network in
                states.append(network.parameters)
                return script[states.count - 1]
            }, report: { epochs.append($0) })
        return (result.head, result.best, states, epochs)
    }

    @Test(arguments: [HeadConfiguration.Kind.mlpConv, .mlpConvLean, .linear, .mlp])
    func `separable classes are learned`(kind: HeadConfiguration.Kind) throws {
        var recipe = HeadRecipe()
        (recipe.epochs, recipe.batchSize, recipe.learningRate) = (30, 8, 1e-2)
        let trainer = HeadTrainer(recipe, configuration(kind))
        var losses: [Double] = []
        let result = try trainer.train(
            rows, judge: { [("accuracy", accuracy($0.probabilities(rows.embeddings)))] },
            report: { losses.append($0.loss) })
        #expect(try accuracy(result.head.probabilities(rows.embeddings)) == 1)
        #expect(try #require(losses.last) < losses[0] / 2)
    }

    @Test func `one seed gives the same bytes, another seed others`() throws {
        var recipe = HeadRecipe()
        (recipe.epochs, recipe.batchSize) = (2, 16)
        let script: [[(name: String, value: Double?)]] = [
            [("accuracy", 0.5)], [("accuracy", 0.6)],
        ]
        let first = try train(recipe, script)
        #expect(try bytes(first.head) == bytes(train(recipe, script).head))
        recipe.seed = 43
        #expect(try bytes(first.head) != bytes(train(recipe, script).head))
    }

    @Test func `the best epoch is kept, among equals the one with the lower loss`() throws {
        var recipe = HeadRecipe()
        recipe.epochs = 4
        let run = try train(
            recipe,
            [
                [("accuracy", 0.5), ("loss", 1)], [("accuracy", 0.7), ("loss", 2)],
                [("accuracy", 0.7), ("loss", 1.5)], [("accuracy", 0.6), ("loss", 0.1)],
            ])
        #expect(run.best.number == 3 && run.epochs.map(\.isBest) == [true, true, true, false])
        #expect(try bytes(run.head) == run.states[2])
        #expect(Set(run.states).count == 4)
    }

    @Test func `tracking the loss keeps the lowest`() throws {
        var recipe = HeadRecipe()
        (recipe.epochs, recipe.trackedMetric) = (3, "loss")
        let run = try train(recipe, [[("loss", 2)], [("loss", 1)], [("loss", 1)]])
        #expect(run.best.number == 2)
        #expect(try bytes(run.head) == run.states[1])
    }

    @Test func `patience ends the training after that many epochs without a better one`() throws {
        var recipe = HeadRecipe()
        (recipe.epochs, recipe.patience) = (10, 2)
        let values = [0.1, 0.3, 0.2, 0.3, 0.9]
        let run = try train(recipe, values.map { [("accuracy", $0)] })
        #expect(run.epochs.map(\.number) == [1, 2, 3, 4] && run.best.number == 2)
    }

    @Test func `a tracked metric without a value is an error, not another metric`() throws {
        var recipe = HeadRecipe()
        recipe.trackedMetric = "mauc"
        let error = #expect(throws: TrainingError.self) {
            _ = try train(recipe, [[("mauc", nil), ("loss", 1)]])
        }
        let text = try #require(error).description
        #expect(text.contains("--track mauc: is undefined"))
    }

    @Test func `a loss that is no number ends the training`() throws {
        var recipe = HeadRecipe()
        recipe.learningRate = 1e30
        recipe.epochs = 6
        let error = #expect(throws: TrainingError.self) {
            _ = try train(recipe, .init(repeating: [("accuracy", 0.5)], count: 6))
        }
        let text = try #require(error).description
        #expect(text.contains("--learning-rate 1e+30: in epoch"))
    }

    @Test func `one step on all rows is AdamW's first step`() throws {
        var recipe = HeadRecipe()
        (recipe.epochs, recipe.batchSize) = (1, 40)
        (recipe.learningRate, recipe.weightDecay) = (1e-2, 0.1)
        let start = try Head(configuration(.linear), from: RandomSource(seed: recipe.seed))
        let scores = try start.probabilities(rows.embeddings)
        let expected = rows.classes.enumerated().reduce(0) { $0 - log(scores[$1.0 * 2 + $1.1]) }
        var loss = 0.0
        let result = try HeadTrainer(recipe, configuration(.linear)).train(
            rows, judge: { _ in [("accuracy", 1)] }, report: { loss = $0.loss })
        #expect(abs(loss - expected / 40) < 1e-6)
        for (before, after) in zip(try start.named, try result.head.named) {
            let old: [Float] = try before.tensor.detached().array()
            let new: [Float] = try after.tensor.detached().array()
            // The first step of Adam has length 1 whatever the gradient; decay comes before it.
            for (old, new) in zip(old, new) {
                #expect(abs(abs(new - old * (1 - 1e-2 * 0.1)) - 1e-2) < 1e-5)
            }
        }
    }

    @Test func `rows of length 1 are told from others`() {
        #expect(HeadRows(embeddings: [0.6, 0.8, 1, 0], classes: [0, 1]).areNormalized)
        #expect(!HeadRows(embeddings: [0.6, 0.8, 1, 1], classes: [0, 1]).areNormalized)
    }
}
