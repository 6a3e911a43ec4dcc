import CambiumEvaluation
import CambiumFiles
import Testing

@Suite struct ComparisonTests {
    @Test func `intervals are those of scikit-learn's numbers on the same resamples`() throws {
        let cases = try PairedCases()
        let metrics = try ClassificationMetrics(
            cases.models()[0], bootstrap: Bootstrap(resamples: 40))
        let expected = try #require(cases.expected["intervals"]?.object)
        #expect(expected.count == 41)
        expect(metrics, has: expected)
    }

    private func expect(_ metrics: ClassificationMetrics, has expected: [String: JSON]) {
        for (name, bounds) in expected {
            let parts = name.split(separator: "/")
            let interval =
                parts.count == 1
                ? metrics.intervals?.values[name]
                : metrics.perClass[Int(parts[1]) ?? 0].intervals[String(parts[0])]
            #expect(close(interval?.lower, bounds.array?[0].number), "\(name)")
            #expect(close(interval?.upper, bounds.array?[1].number), "\(name)")
        }
    }

    @Test func `groups are drawn whole, as in the reference`() throws {
        let cases = try PairedCases()
        let groups = (0..<PairedCases.rows).map { row in
            let number = row * 7 % 19
            return number < 10 ? "p0\(number)" : "p\(number)"
        }
        let metrics = try ClassificationMetrics(
            cases.models()[0], bootstrap: Bootstrap(resamples: 40, groups: groups))
        #expect(metrics.intervals?.drawn == "groups")
        expect(metrics, has: try #require(cases.expected["grouped"]?.object))
    }

    @Test func `comparisons equal the reference: bootstrap, DeLong, McNemar, Holm`() throws {
        let cases = try PairedCases()
        let comparison = try Comparison(cases.runs(), bootstrap: Bootstrap(resamples: 40))
        #expect(comparison.pairs.count == 1 && comparison.count == PairedCases.rows)
        let pair = comparison.pairs[0]
        for (name, entry) in try #require(cases.expected["differences"]?.object) {
            let own = try #require(pair.differences.first { $0.metric == name })
            #expect(close(own.interval?.lower, entry["interval"]?.array?[0].number), "\(name)")
            #expect(close(own.interval?.upper, entry["interval"]?.array?[1].number), "\(name)")
            #expect(close(own.p, entry["p"]?.number), "\(name)")
            #expect(own.corrected == own.p)
        }
        let tests = try #require(cases.expected["delong"]?.array)
        #expect(pair.areas.count == tests.count)
        for (own, entry) in zip(pair.areas, tests) {
            #expect(close(own.difference, entry["difference"]?.number))
            #expect(close(own.standardError, entry["standard_error"]?.number))
            #expect(close(own.p, entry["p"]?.number))
        }
        let known = pair.areas.compactMap(\.p).sorted()
        let smallest = try #require(pair.areas.min { ($0.p ?? 1) < ($1.p ?? 1) })
        #expect(close(smallest.corrected, min(1, 4 * known[0])))
        let mcNemar = cases.expected["mcnemar"]
        #expect(pair.mcNemar.onlyFirst == mcNemar?["first"]?.integer)
        #expect(pair.mcNemar.onlySecond == mcNemar?["second"]?.integer)
        #expect(close(pair.mcNemar.p, mcNemar?["p"]?.number))
    }

    @Test func `the standard error of an area is DeLong's`() throws {
        let cases = try PairedCases()
        for (number, predictions) in try cases.models().enumerated() {
            let metrics = try ClassificationMetrics(predictions)
            for (entry, test) in zip(
                metrics.perClass, try #require(cases.expected["delong"]?.array))
            {
                #expect(close(entry.aucStandardError, test["own"]?.array?[number].number))
            }
        }
    }

    @Test func `runs in another order are aligned by key, other cases are refused`() throws {
        let cases = try PairedCases()
        let runs = try cases.runs()
        let plain = try Comparison(runs, bootstrap: Bootstrap(resamples: 20))
        // The second model's rows backwards.
        let order = Array((0..<PairedCases.rows).reversed())
        let second = try cases.models()[1]
        let scores = order.flatMap { row in
            (second.scores?.all ?? [])[row * PairedCases.width..<(row + 1) * PairedCases.width]
        }
        func run(_ name: String, _ keys: [String], truth: [Int]) throws -> StoredEvaluation {
            try StoredEvaluation(
                folder: name, name: "model 1",
                rows: LabelledScores(
                    Predictions(
                        classes: classes(PairedCases.width), truth: truth, scores: scores)),
                keys: keys)
        }
        let truth = order.map { second.truth[$0] }
        let turned = try run("turned", order.map { "row \($0)" }, truth: truth)
        let aligned = try Comparison([runs[0], turned], bootstrap: Bootstrap(resamples: 20))
        #expect(aligned.pairs[0].differences == plain.pairs[0].differences)
        #expect(aligned.pairs[0].areas == plain.pairs[0].areas)
        let others = try run("others", order.map { "other \($0)" }, truth: truth)
        let error = #expect(throws: EvaluationError.self) {
            try Comparison([runs[0], others], bootstrap: Bootstrap(resamples: 20))
        }
        #expect(error?.description.contains("not those of") == true)
        let wrong = try run(
            "wrong", order.map { "row \($0)" }, truth: truth.map { ($0 + 1) % 4 })
        #expect(throws: EvaluationError.self) {
            try Comparison([runs[0], wrong], bootstrap: Bootstrap(resamples: 20))
        }
    }
}
