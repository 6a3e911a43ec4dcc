import Adapters
import Files
import Foundation
import Testing
import Training

/// Fitting without steps, temperature, ensembles and the search over all of them.
@Suite struct HeadSearchTests {
    private let width = 6
    private let classes = 3

    /// Clouds of unit vectors; `groups` of four rows each.
    private func rows(_ count: Int, seed: UInt64) -> HeadRows {
        var generator = SeededGenerator(seed: seed)
        var embeddings: [Float] = []
        let truth = (0..<count).map { $0 % classes }
        for column in truth {
            var row = (0..<width).map { 0.35 * generator.normal() + ($0 == column ? 1 : 0) }
            let length = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
            row = row.map { $0 / length }
            embeddings += row.map(Float.init)
        }
        return HeadRows(embeddings: embeddings, classes: truth)
    }

    private func judge(
        _ probabilities: [Double], _ truth: [Int]
    ) -> [(name: String, value: Double?)] {
        var (right, loss) = (0, 0.0)
        for (row, own) in truth.enumerated() {
            let part = probabilities[row * classes..<(row + 1) * classes]
            right += part.firstIndex(of: part.max() ?? 0) == part.startIndex + own ? 1 : 0
            loss -= log(max(part[part.startIndex + own], 1e-12))
        }
        let count = Double(truth.count)
        return [("accuracy", Double(right) / count), ("loss", loss / count)]
    }

    private func accuracy(_ head: Head, _ rows: HeadRows) throws -> Double {
        judge(try head.probabilities(rows.embeddings), rows.classes)[0].value ?? 0
    }

    private var fitter: HeadFitter { HeadFitter(width: width, classes: classes) }

    @Test(arguments: [
        HeadMethod.prototype, .logistic(strength: 10, .balanced), .cache(share: 1, beta: 5.5),
    ])
    func `heads without steps learn clouds`(method: HeadMethod) throws {
        let head = try fitter.fit(method, rows(90, seed: 1))
        #expect(try accuracy(head, rows(60, seed: 2)) > 0.85)
    }

    @Test func `the nearest prototype is the class mean of the largest cosine`() throws {
        let train = HeadRows(
            embeddings: [1, 0, 0.6, 0.8, 0, 2, -1, 0], classes: [0, 0, 1, 2])
        let head = try HeadFitter(width: 2, classes: 4).fit(.prototype, train)
        let logits = try head.logits([0, 1])
        let mean = (0.8 / 2) / ((0.8 * 0.8 + 0.4 * 0.4).squareRoot())
        #expect(abs(Double(logits[0]) - 16 * mean) < 1e-5)
        #expect(logits[1] == 16 && abs(logits[2]) < 1e-6 && logits[3] == -32)
    }

    @Test func `heads that start from class texts begin at zero-shot and end better`() throws {
        let texts = HeadTexts(
            vectors: (0..<classes * width).map { $0 % width == $0 / width ? 1 : 0 }, scale: 20)
        let fitter = HeadFitter(width: width, classes: classes, texts: texts)
        let (train, test) = (rows(90, seed: 1), rows(60, seed: 2))
        var recipe = HeadRecipe()
        (recipe.epochs, recipe.learningRate) = (8, 1e-2)
        for kind in [HeadConfiguration.Kind.clipAdapter, .tipAdapterFine] {
            let head = try fitter.fit(.steps(kind, recipe, hidden: 4), train)
            #expect(try accuracy(head, test) > 0.85, "\(kind)")
            let names = try head.parameters.map(\.name)
            #expect(names.contains("text_head.weight"))
            let own = try #require(head.parameters.first { $0.name == "text_head.weight" })
            #expect(own.values == texts.vectors.map { $0 * 20 }, "frozen")
        }
        #expect(throws: TrainingError.self) {
            try self.fitter.trainer(.clipAdapter, recipe, hidden: 4, train)
        }
    }

    @Test func `the temperature is where the likelihood is highest`() throws {
        let rows = rows(120, seed: 3)
        let head = try fitter.fit(.prototype, rows)
        let logits = try head.logits(rows.embeddings)
        let best = Temperature.fit(logits, truth: rows.classes, classes: classes)
        func loss(_ temperature: Double) throws -> Double {
            judge(
                try head.with(temperature: temperature).probabilities(rows.embeddings), rows.classes
            )[1].value ?? .nan
        }
        let least = try loss(best)
        for factor in [0.5, 0.9, 0.99, 1.01, 1.1, 2] {
            #expect(try loss(best * factor) > least)
        }
    }

    @Test func `an ensemble's probabilities are its members' mean`() throws {
        let heads = try [UInt64(1), 2, 3].map { seed in
            var recipe = HeadRecipe()
            (recipe.epochs, recipe.seed) = (1, seed)
            return try fitter.fit(.steps(.mlp, recipe, hidden: 5), rows(40, seed: seed))
        }
        let ensemble = try Head.ensemble(heads)
        let x = rows(9, seed: 7).embeddings
        let parts = try heads.map { try $0.probabilities(x) }
        let own = try ensemble.probabilities(x)
        for index in own.indices {
            #expect(abs(own[index] - parts.reduce(0) { $0 + $1[index] } / 3) < 1e-12)
        }
        let warm = try ensemble.with(temperature: 1 + 1e-9).probabilities(x)
        #expect(zip(own, warm).allSatisfy { abs($0 - $1) < 1e-5 })
        let path = NSTemporaryDirectory() + "cambium-" + UUID().uuidString
        defer { try? FileSystem.remove(path) }
        try AdapterFolder.write(
            ensemble, labels: [(1, "a"), (2, "b"), (3, "c")], details: [:], to: path)
        #expect(try AdapterFolder(path).head.probabilities(x) == own)
    }

    private func search(
        _ settings: HeadSearch.Settings, _ groups: [String]? = nil,
        clock: () -> Double = { 0 }
    ) throws -> HeadSearch.Outcome {
        try HeadSearch(settings, fitter, classes: classes).run(
            rows(60, seed: 4), groups: groups, hasTexts: false, clock: clock, judge: judge)
    }

    @Test func `a search is the same each time and finds a good head`() throws {
        var settings = HeadSearch.Settings()
        settings.folds = 3
        let (first, second) = (try search(settings), try search(settings))
        #expect(first.best.method == second.best.method && first.leftOut.isEmpty)
        #expect(first.trials.map(\.method) == second.trials.map(\.method))
        let values = first.trials.map { $0.metrics[0].value ?? 0 }
        #expect(values == values.sorted(by: >) && values[0] > 0.85)
        let names = Set(first.trials.map(\.method.name))
        #expect(names.isSuperset(of: ["prototype", "logistic", "mlp-conv", "mlp", "tip-adapter"]))
    }

    @Test func `a budget ends it after the first method and says what was left out`() throws {
        var settings = HeadSearch.Settings()
        (settings.folds, settings.budget) = (3, 1)
        var time = 0.0
        let outcome = try search(settings) {
            time += 10
            return time
        }
        #expect(outcome.trials.map(\.method) == [.prototype])
        #expect(outcome.leftOut.contains { $0.hasPrefix("logistic") })
    }

    @Test func `groups stay together in folds`() throws {
        let groups = (0..<60).map { "\($0 / 4)" }
        let folds = HeadSearch.folds(rows(60, seed: 4), groups, HeadSearch.Settings())
        for group in 0..<15 { #expect(Set(folds[group * 4..<group * 4 + 4]).count == 1) }
        #expect(Set(folds) == [0, 1, 2, 3, 4])
    }

    @Test func `class weights and logit adjustment follow the classes' shares`() {
        let rows = HeadRows(embeddings: [1, 1, 1, 1], classes: [0, 0, 0, 1])
        var recipe = HeadRecipe()
        (recipe.classWeights, recipe.adjustment) = (.balanced, 1)
        let loss = recipe.loss(rows, classes: 3)
        #expect(loss.classWeights == [Float(4.0 / 9), Float(4.0 / 3), 0])
        #expect(loss.adjustment.map { abs($0[0] - Float(log(0.75))) < 1e-6 } == true)
        recipe.classWeights = .effective
        let weights = recipe.loss(rows, classes: 3).classWeights ?? []
        #expect(weights[0] < weights[1] && weights[2] == 0)
        #expect(abs(weights[0] + weights[1] - 2) < 1e-5)
    }
}
