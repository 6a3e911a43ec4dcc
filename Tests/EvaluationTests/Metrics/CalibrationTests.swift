import CambiumEvaluation
import CambiumFiles
import Foundation
import Testing

@Suite struct CalibrationTests {
    @Test func `the expected calibration error is the weighted gap of the bins`() throws {
        // Confidences 0.9 (right), 0.9 (wrong) in one bin, 0.6 (right) in another.
        let predictions = try Predictions(
            classes: classes(2), truth: [0, 1, 1], scores: [0.9, 0.1, 0.9, 0.1, 0.4, 0.6])
        let calibration = try #require(try ClassificationMetrics(predictions).calibration)
        #expect(close(calibration.ece, (2 * abs(0.5 - 0.9) + abs(1 - 0.6)) / 3, 1e-12))
        #expect(close(calibration.meanConfidence, 0.8, 1e-12))
        #expect(close(calibration.nll, -(2 * log(0.1) + log(0.9) + log(0.6) - log(0.1)) / 3))
        #expect(close(calibration.brier, (0.02 + 1.62 + 0.32) / 3, 1e-12))
        #expect(calibration.bins.count == 15)
        #expect(calibration.bins.map(\.count).reduce(0, +) == 3)
        #expect(calibration.bins[13].count == 2 && calibration.bins[8].count == 1)
        #expect(calibration.bins[0].confidence == nil)
    }

    @Test func `a true class of probability zero is counted and said`() throws {
        let predictions = try Predictions(
            classes: classes(2), truth: [0, 1], scores: [1, 0, 1, 0])
        let metrics = try ClassificationMetrics(predictions)
        #expect(close(metrics.calibration?.nll, -log(Double.ulpOfOne) / 2, 1e-9))
        #expect(metrics.notes["calibration.nll"]?.hasPrefix("1 rows") == true)
    }

    @Test(arguments: [[0.5, 0.6], [1.5, -0.5], [.infinity, 0]])
    func `scores that are no probabilities have no calibration`(row: [Double]) throws {
        let predictions = try Predictions(classes: classes(2), truth: [0], scores: row)
        let metrics = try ClassificationMetrics(predictions)
        #expect(metrics.calibration == nil)
        #expect(metrics.notes["calibration"]?.contains("row 1") == true)
    }
}

@Suite struct CalibrationErrorsTests {
    /// Random probabilities of three classes, and the errors written out.
    @Test func `adaptive, classwise and largest errors equal their definitions`() throws {
        var generator = SeededGenerator(seed: 3)
        let (count, width) = (97, 3)
        let truth = (0..<count).map { _ in generator.index(below: width) }
        let scores = (0..<count).flatMap { _ in
            let units = (0..<width).map { _ in 1 + generator.index(below: 50) }
            return units.map { Double($0) / Double(units.reduce(0, +)) }
        }
        let predictions = try Predictions(classes: classes(width), truth: truth, scores: scores)
        let calibration = try #require(try ClassificationMetrics(predictions).calibration)
        let confidence = (0..<count).map { scores[$0 * width + predictions.predicted[$0]] }
        let right = (0..<count).map { predictions.predicted[$0] == truth[$0] ? 1.0 : 0 }
        #expect(
            close(
                calibration.mce,
                calibration.bins.compactMap { bin in
                    bin.accuracy.flatMap { accuracy in bin.confidence.map { abs($0 - accuracy) } }
                }.max()))
        let order = (0..<count).sorted { (confidence[$0], $0) < (confidence[$1], $1) }
        var adaptive = 0.0
        for bin in 0..<15 {
            let rows = order[bin * count / 15..<(bin + 1) * count / 15]
            let gap = rows.reduce(0) { $0 + right[$1] } - rows.reduce(0) { $0 + confidence[$1] }
            adaptive += abs(gap) / Double(count)
        }
        #expect(close(calibration.adaptiveECE, adaptive))
        var classwise = 0.0
        for column in 0..<width {
            for bin in 0..<15 {
                let rows = (0..<count).filter { row in
                    let value = scores[row * width + column]
                    return value > Double(bin) / 15 && value <= Double(bin + 1) / 15
                }
                let gap = rows.reduce(0.0) {
                    $0 + (truth[$1] == column ? 1 : 0) - scores[$1 * width + column]
                }
                classwise += abs(gap) / Double(count) / Double(width)
            }
        }
        #expect(close(calibration.classwiseECE, classwise))
    }
}
