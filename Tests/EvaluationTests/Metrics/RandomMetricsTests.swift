import CambiumEvaluation
import CambiumFiles
import CambiumTestFolders
import Foundation
import Testing

private let fixture = Repository.fixture("EvaluationTests", "metrics.random.json")

/// A random problem, the same numbers as in Fixtures/make_random_metrics.py: scores with ties,
/// classes that are absent, one class, one row, rows without a label.
private struct RandomCase {
    let isMultiLabel: Bool
    let width: Int
    /// Columns of the true classes, or 0 and 1 for every row and class.
    let truth: [Int]
    let scores: [Double]

    init(_ number: Int, seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed), UInt64(number))
        isMultiLabel = generator.index(below: 10) >= 7
        let classes = (isMultiLabel ? 2 : 1) + generator.index(below: 5)
        let rows = 1 + generator.index(below: 40)
        let levels = [2, 4, 16, 1024][generator.index(below: 4)]
        width = classes
        if isMultiLabel {
            let rate = generator.index(below: 4)
            truth = (0..<rows * classes).map { _ in generator.index(below: 4) < rate ? 1 : 0 }
            scores = (0..<rows * classes).map { _ in
                Double(generator.index(below: levels)) / Double(levels)
            }
            return
        }
        let present = 1 + generator.index(below: classes)
        let isNormal = generator.index(below: 2) == 0
        truth = (0..<rows).map { _ in generator.index(below: present) }
        scores = (0..<rows).flatMap { _ in
            let units = (0..<classes).map { _ in generator.index(below: levels) + 1 }
            let whole = isNormal ? units.reduce(0, +) : levels
            return units.map { Double($0) / Double(whole) }
        }
    }

    /// The values in the order of the file.
    func values() throws -> [Double?] {
        try isMultiLabel ? multiLabel() : singleLabel()
    }

    private func singleLabel() throws -> [Double?] {
        let metrics = try ClassificationMetrics(
            Predictions(classes: classes(width), truth: truth, scores: scores))
        let averages = [metrics.macro, metrics.macroPresent, metrics.micro, metrics.weighted]
        let extra = [metrics.accuracy, metrics.balancedAccuracy, metrics.mcc]
        return rates(averages) + extra + [metrics.calibration?.nll, metrics.calibration?.brier]
            + areas(metrics.mauc, metrics.areas) + metrics.perClass.flatMap(values)
    }

    private func multiLabel() throws -> [Double?] {
        let matrix = try ScoreMatrix(
            scores, rows: scores.count / width, columns: width)
        let metrics = try MultiLabelMetrics(
            MultiLabelPredictions(
                classes: classes(width), truth: truth, scores: matrix,
                thresholds: [Double](repeating: 0.5, count: width)))
        let averages = [metrics.macro, metrics.micro, metrics.weighted, metrics.samples]
        return rates(averages) + [metrics.subsetAccuracy, metrics.hammingLoss]
            + areas(metrics.mauc, metrics.areas)
            + metrics.perClass.flatMap { values($0.metrics) }
    }

    private func rates(_ averages: [PrecisionRecall]) -> [Double?] {
        averages.flatMap { [$0.precision, $0.recall, $0.f1] }
    }

    private func areas(_ mauc: Double?, _ areas: AreaAverages) -> [Double?] {
        [
            mauc, areas.map, areas.microAUC, areas.weightedAUC, areas.microAP, areas.weightedAP,
        ]
    }

    private func values(_ entry: ClassMetrics) -> [Double?] {
        [
            entry.rates.precision, entry.rates.recall, entry.rates.f1, entry.auc,
            entry.averagePrecision,
        ]
    }
}

@Suite struct RandomMetricsTests {
    @Test func `a thousand random cases equal scikit-learn's numbers to 1e-9`() throws {
        let file = try JSON(file: fixture)
        let seed = try #require(file["seed"]?.integer)
        let cases = try #require(file["cases"]?.array)
        #expect(cases.count == 1000)
        var (compared, undefined) = (0, 0)
        for (number, stored) in cases.enumerated() {
            let expected = try #require(stored.array)
            let values = try RandomCase(number, seed: seed).values()
            try #require(values.count == expected.count, "case \(number)")
            for (place, (value, entry)) in zip(values, expected).enumerated() {
                // Stored to 1e-10.
                #expect(
                    close(value, entry.number, 9e-10), "case \(number), value \(place)")
                compared += 1
                undefined += value == nil ? 1 : 0
            }
        }
        #expect(compared > 30_000 && undefined > 1000)
    }
}
