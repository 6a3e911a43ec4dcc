import CambiumAdapters
import CambiumFiles
import CambiumTraining
import Foundation
import Testing

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
            rows(60, seed: 4), groups: groups, hasTexts: false, clock: clock,
            judge: { probabilities, targets in
                guard case .classes(let truth) = targets else { return [] }
                return judge(probabilities, truth)
            })
    }

    /// The rows of ``rows(_:seed:)`` with their own class and, every other row, the next one too.
    private func labelled(_ count: Int, seed: UInt64) -> HeadRows {
        let single = rows(count, seed: seed)
        var embeddings = single.embeddings
        let labels = single.classes.enumerated().flatMap { row, own in
            (0..<classes).map { column -> Float in
                let second = row % 2 == 1 && column == (own + 1) % classes
                if second { embeddings[row * width + column] += 0.9 }
                return column == own || second ? 1 : 0
            }
        }
        return HeadRows(embeddings: embeddings, labels: labels, count: count)
    }

    private func judgeLabels(
        _ probabilities: [Double], _ targets: HeadTargets
    ) -> [(name: String, value: Double?)] {
        guard case .labels(let labels) = targets else { return [] }
        let right = zip(probabilities, labels).filter { ($0 > 0.5) == ($1 > 0.5) }.count
        let loss = zip(probabilities, labels).reduce(0) { sum, entry in
            sum - log(max(entry.1 > 0.5 ? entry.0 : 1 - entry.0, 1e-12))
        }
        let count = Double(labels.count)
        return [("accuracy", Double(right) / count), ("loss", loss / count)]
    }

    @Test func `a search with several labels a row tries what can learn them`() throws {
        let fitter = HeadFitter(width: width, classes: classes, task: .multiple)
        var settings = HeadSearch.Settings()
        settings.folds = 3
        let (train, test) = (labelled(90, seed: 4), labelled(60, seed: 5))
        let outcome = try HeadSearch(settings, fitter, classes: classes).run(
            train, groups: nil, hasTexts: false, clock: { 0 }, judge: judgeLabels)
        let names = Set(outcome.trials.map(\.method.name))
        #expect(names == ["logistic", "mlp-conv", "mlp-conv-lean", "mlp", "linear"])
        let head = try fitter.fit(outcome.best.method, train, members: 2)
        let scores = try head.probabilities(test.embeddings)
        #expect((judgeLabels(scores, test.targets)[0].value ?? 0) > 0.85)
    }

    @Test func `folds hold every set of classes in equal shares`() {
        let rows = labelled(60, seed: 4)
        let folds = HeadSearch.folds(rows, nil, HeadSearch.Settings())
        for stratum in Set(rows.strata) {
            let own = rows.strata.indices.filter { rows.strata[$0] == stratum }
            let counts = (0..<5).map { fold in own.filter { folds[$0] == fold }.count }
            #expect((counts.max() ?? 0) - (counts.min() ?? 0) <= 1)
        }
    }

    @Test func `the temperature of several labels is where their likelihood is highest`() throws {
        let rows = labelled(60, seed: 6)
        guard case .labels(let labels) = rows.targets else { return }
        let head = try HeadFitter(width: width, classes: classes, task: .multiple).fit(
            .logistic(strength: 1000, .none), rows)
        let own = labelled(60, seed: 7)
        let best = Temperature.fit(try head.logits(own.embeddings), labels: labels)
        func loss(_ temperature: Double) throws -> Double {
            let scores = try head.with(temperature: temperature).probabilities(own.embeddings)
            return judgeLabels(scores, rows.targets)[1].value ?? .nan
        }
        let least = try loss(best)
        for factor in [0.5, 0.9, 1.1, 2] { #expect(try loss(best * factor) >= least) }
    }

    @Test func `a refit of several members is the mean of single fits by seed`() throws {
        var recipe = HeadRecipe()
        (recipe.epochs, recipe.seed) = (2, 5)
        let train = rows(40, seed: 1)
        let both = try fitter.fit(.steps(.mlp, recipe, hidden: 5), train, members: 2)
        let first = try fitter.fit(.steps(.mlp, recipe, hidden: 5), train)
        recipe.seed = 6
        let second = try fitter.fit(.steps(.mlp, recipe, hidden: 5), train)
        let x = rows(9, seed: 7).embeddings
        let parts = try zip(first.probabilities(x), second.probabilities(x)).map { ($0 + $1) / 2 }
        #expect(try zip(both.probabilities(x), parts).allSatisfy { abs($0 - $1) < 1e-12 })
        #expect(try fitter.fit(.prototype, train, members: 3).configuration.members == 1)
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

    @Test func `a budget that ends between the folds of a method leaves that method out`() throws {
        var settings = HeadSearch.Settings()
        (settings.folds, settings.budget) = (3, 4)
        // Asked once at the start, then each second: before a method, at its begin, in its folds.
        var time = -1.0
        let outcome = try search(settings) {
            time += 1
            return time
        }
        #expect(outcome.trials.map(\.method) == [.prototype])
        #expect(outcome.leftOut.first == "logistic")
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
