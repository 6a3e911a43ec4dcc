import CambiumEvaluation
import CambiumFiles
import Foundation
import Testing

@Suite struct ScoreIntervalTests {
    @Test func `Student's t is scipy's`() throws {
        for entry in try #require(PairedCases().expected["student"]?.array) {
            let values = try #require(entry.array).compactMap(\.number)
            #expect(abs(StudentT.reach(values[0], freedom: values[1]) / values[2] - 1) < 1e-8)
            #expect(close(StudentT.twoSided(2.5, freedom: values[1]), values[3]))
        }
        #expect(abs(StudentT.reach(0.95, freedom: .infinity) - 1.959964) < 1e-6)
        #expect(StudentT.twoSided(.infinity, freedom: 3) == 0)
    }

    /// The values of Wilson's interval that Newcombe (1998) tabulates, method 3.
    @Test(arguments: [
        (81.0, 263.0, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ])
    func `a share of many rows has Wilson's interval`(
        hits: Double, rows: Double, lower: Double, upper: Double
    ) throws {
        let share = hits / rows
        let interval = try #require(
            Interval.score(
                share, error: (share * (1 - share) / rows).squareRoot(),
                Evidence(units: rows, freedom: .infinity), range: 0...1, level: 0.95))
        #expect(abs(interval.lower - lower) < 5e-5 && abs(interval.upper - upper) < 5e-5)
    }

    @Test func `what all agree on is not certain, and of few units less so`() throws {
        func all(_ units: Double) throws -> Interval {
            try #require(
                Interval.score(
                    1, error: 0, Evidence(units: units, freedom: max(units - 1, 1)),
                    range: 0...1, level: 0.95))
        }
        #expect(try all(100).lower > 0.95 && all(100).upper == 1)
        #expect(try all(2).lower < 0.05 && all(10).lower < 0.7)
        let none = Interval.score(
            0.5, error: 0.1, Evidence(units: 0, freedom: 1), range: 0...1, level: 0.95)
        #expect(none == nil)
    }

    @Test func `two patients say next to nothing of a sensitivity`() throws {
        // Nine slices of each of two patients with the class, eight right of each.
        let truth = [Int](repeating: 0, count: 18) + [Int](repeating: 1, count: 180)
        let predicted = truth.indices.map { $0 == 3 || $0 == 12 ? 1 : truth[$0] }
        let groups = truth.indices.map { "patient \($0 / 9)" }
        let metrics = try ClassificationMetrics(
            Predictions(classes: classes(2), truth: truth, predicted: predicted),
            bootstrap: Bootstrap(resamples: 200, groups: groups))
        let interval = try #require(metrics.perClass[0].intervals["sensitivity"])
        #expect(interval.lower < 0.1 && interval.upper > 0.99)
        #expect(metrics.notes["intervals.few_groups"]?.contains("1 (2)") == true)
        // Twenty patients without it bear on the specificity: all right.
        let other = try #require(metrics.perClass[0].intervals["specificity"])
        #expect(other.lower > 0.8 && other.upper == 1)
    }

    @Test func `classes of one row are drawn together, and said to be few`() throws {
        let truth = Array(0..<157)
        let predicted = truth.map { $0 < 18 ? $0 : ($0 + 1) % 157 }
        let metrics = try ClassificationMetrics(
            Predictions(classes: classes(157), truth: truth, predicted: predicted),
            bootstrap: Bootstrap(resamples: 400))
        let intervals = try #require(metrics.intervals)
        #expect(intervals.drawn == "rows")
        let accuracy = try #require(intervals.values["accuracy"])
        // Wilson's of 18 of 157.
        #expect(abs(accuracy.lower - 0.0738) < 0.01 && abs(accuracy.upper - 0.1739) < 0.012)
        let recall = try #require(intervals.values["macro_recall"])
        #expect(recall.upper - recall.lower > accuracy.upper - accuracy.lower)
        #expect(metrics.notes["intervals.few_rows"] != nil)
    }
}
