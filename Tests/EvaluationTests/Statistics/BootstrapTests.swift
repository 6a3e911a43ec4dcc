import CambiumEvaluation
import CambiumFiles
import Testing

/// Scores that are right for `right` of 100 rows of each of four classes.
private func predictions(right: Int) throws -> Predictions {
    var truth: [Int] = []
    var scores: [Double] = []
    for column in 0..<4 {
        for row in 0..<100 {
            let guess = row < right ? column : (column + 1) % 4
            truth.append(column)
            scores += (0..<4).map { $0 == guess ? 0.7 : 0.1 }
        }
    }
    return try Predictions(classes: classes(4), truth: truth, scores: scores)
}

@Suite struct BootstrapTests {
    @Test func `the interval of an accuracy is the binomial's`() throws {
        let metrics = try ClassificationMetrics(
            predictions(right: 80), bootstrap: Bootstrap(resamples: 600))
        let intervals = try #require(metrics.intervals)
        #expect(intervals.drawn == "rows within classes" && intervals.resamples == 600)
        let names = ["accuracy", "macro_f1", "micro_f1", "mcc", "mauc", "map", "top_1", "ece"]
        #expect(Set(intervals.values.keys).isSuperset(of: names))
        #expect(metrics.perClass.allSatisfy { $0.intervals["f1"] != nil })
        let accuracy = try #require(intervals.values["accuracy"])
        // Standard error sqrt(0.8 * 0.2 / 400) = 0.02.
        #expect(abs(accuracy.lower - (0.8 - 1.96 * 0.02)) < 0.01)
        #expect(abs(accuracy.upper - (0.8 + 1.96 * 0.02)) < 0.01)
        for (name, value) in [("mcc", metrics.mcc), ("mauc", metrics.mauc ?? 0)] {
            let interval = try #require(intervals.values[name])
            #expect(interval.lower < value && value < interval.upper)
        }
        let micro = try #require(intervals.values["micro_f1"])
        #expect(close(micro.lower, accuracy.lower) && close(micro.upper, accuracy.upper))
    }

    @Test func `the same seed gives the same intervals, another seed others`() throws {
        let predictions = try predictions(right: 60)
        func run(_ seed: Int) throws -> Intervals? {
            try ClassificationMetrics(
                predictions, bootstrap: Bootstrap(resamples: 40, seed: seed)
            ).intervals
        }
        #expect(try run(1) == run(1))
        #expect(try run(1)?.values != run(2)?.values)
    }

    @Test func `rows that belong together make the interval wider`() throws {
        let predictions = try predictions(right: 80)
        // Groups of twenty rows of a class, right or wrong together.
        let groups = predictions.truth.indices.map { "g\($0 / 20)" }
        let alone = try ClassificationMetrics(
            predictions, bootstrap: Bootstrap(resamples: 300)
        ).intervals?.values["accuracy"]
        let intervals = try ClassificationMetrics(
            predictions, bootstrap: Bootstrap(resamples: 300, groups: groups)
        ).intervals
        let together = intervals?.values["accuracy"]
        #expect(intervals?.drawn == "groups within classes")
        let (a, b) = (try #require(alone), try #require(together))
        #expect(b.upper - b.lower > 2 * (a.upper - a.lower))
        let mixed = predictions.truth.indices.map { "g\($0 % 7)" }
        #expect(
            try ClassificationMetrics(
                predictions, bootstrap: Bootstrap(resamples: 10, groups: mixed)
            ).intervals?.drawn == "groups")
        #expect(throws: EvaluationError.self) {
            try ClassificationMetrics(predictions, bootstrap: Bootstrap(groups: ["one"]))
        }
    }

    @Test func `what a resample leaves undefined is said`() throws {
        let predictions = try Predictions(
            classes: classes(2), truth: [0, 1, 1, 1], scores: [1, 0, 0, 1, 1, 0, 0, 1])
        let metrics = try ClassificationMetrics(
            predictions, bootstrap: Bootstrap(resamples: 100, groups: ["a", "b", "a", "b"]))
        #expect(metrics.notes["intervals.mauc"]?.contains("of 100 resamples") == true)
    }
}
