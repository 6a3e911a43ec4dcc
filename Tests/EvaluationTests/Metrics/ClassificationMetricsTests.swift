import CambiumEvaluation
import CambiumFiles
import Foundation
import Testing

/// A random problem, small enough for definitions written out.
private struct Problem {
    let predictions: Predictions
    let width: Int

    init(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let width = 2 + generator.index(below: 5)
        let count = 2 + generator.index(below: 40)
        let truth = (0..<count).map { _ in generator.index(below: width) }
        // Few levels, so that ties are common.
        let scores = (0..<count * width).map { _ in Double(generator.index(below: 8)) }
        self.width = width
        predictions = try Predictions(
            classes: classes(width), truth: truth, scores: scores)
    }

    func score(_ row: Int, _ column: Int) -> Double {
        (predictions.scores?.all ?? [])[row * width + column]
    }

    /// The share of pairs of a positive and a negative that are in order; ties half.
    func auc(_ column: Int) -> Double? {
        let truth = predictions.truth
        let positives = truth.indices.filter { truth[$0] == column }
        let negatives = truth.indices.filter { truth[$0] != column }
        var sum = 0.0
        for positive in positives {
            for negative in negatives {
                let (a, b) = (score(positive, column), score(negative, column))
                sum += a > b ? 1 : a == b ? 0.5 : 0
            }
        }
        let pairs = positives.count * negatives.count
        return pairs == 0 ? nil : sum / Double(pairs)
    }

    /// The covariance of two class-indicator matrices.
    func covariance(_ left: [Int], _ right: [Int]) -> Double {
        (0..<width).reduce(0) { sum, column in
            let x = left.map { $0 == column ? 1.0 : 0 }
            let y = right.map { $0 == column ? 1.0 : 0 }
            let (meanX, meanY) = (mean(x), mean(y))
            return sum + mean(zip(x, y).map { ($0 - meanX) * ($1 - meanY) })
        }
    }

    private func mean(_ values: [Double]) -> Double {
        values.reduce(0, +) / Double(values.count)
    }
}

@Suite struct ClassificationMetricsTests {
    @Test(arguments: 0..<60)
    func `metrics equal their definitions written out`(seed: Int) throws {
        let problem = try Problem(seed: UInt64(seed))
        let metrics = try ClassificationMetrics(problem.predictions)
        let (truth, predicted) = (problem.predictions.truth, problem.predictions.predicted)
        let areas = (0..<problem.width).map(problem.auc)
        #expect(zip(metrics.perClass, areas).allSatisfy { close($0.auc, $1, 1e-12) })
        let spread =
            problem.covariance(truth, truth) * problem.covariance(predicted, predicted)
        let mcc = spread < 1e-15 ? 0 : problem.covariance(truth, predicted) / spread.squareRoot()
        #expect(close(metrics.mcc, mcc, 1e-9))
        for (column, entry) in metrics.perClass.enumerated() {
            let others = truth.indices.filter { truth[$0] != column }
            let rejected = others.filter { predicted[$0] != column }
            #expect(
                close(
                    entry.specificity,
                    others.isEmpty ? nil : Double(rejected.count) / Double(others.count), 1e-12))
        }
        let right = zip(truth, predicted).filter(==).count
        #expect(metrics.accuracy == Double(right) / Double(truth.count))
        #expect(metrics.micro.f1 == metrics.accuracy)
        #expect(metrics.topK[1] == metrics.accuracy)
        #expect(metrics.calibration == nil)
        #expect(metrics.notes["calibration"]?.contains("no probabilities") == true)
    }

    @Test func `nothing to evaluate is an error, not a number`() throws {
        #expect(throws: EvaluationError.noRows("labels")) {
            try Predictions(classes: classes(3), truth: [], scores: [])
        }
        #expect(throws: EvaluationError.self) {
            try Predictions(classes: classes(0), truth: [0], scores: [])
        }
        #expect(throws: EvaluationError.self) {
            try Predictions(classes: classes(3), truth: [3], scores: [0, 0, 0])
        }
        #expect(throws: EvaluationError.self) {
            try Predictions(classes: classes(3), truth: [1], scores: [0, .nan, 0])
        }
        #expect(throws: EvaluationError.self) {
            try Predictions(classes: classes(3), truth: [1], scores: [0, 0])
        }
    }

    @Test func `equal scores predict the first class`() throws {
        let predictions = try Predictions(
            classes: classes(3), truth: [0, 1], scores: [0.4, 0.4, 0.2, 0.1, 0.5, 0.5])
        #expect(predictions.predicted == [0, 1])
    }

    @Test func `the file's fields are the contract's, and read back equal`() throws {
        let predictions = try Predictions(
            classes: classes(3), truth: [0, 0, 1, 1], scores: Self.probabilities)
        let metrics = try ClassificationMetrics(
            predictions, bootstrap: Bootstrap(resamples: 50))
        let json = metrics.json
        let names = [
            "count", "classes", "accuracy", "balanced_accuracy", "macro", "macro_present",
            "micro", "weighted", "mcc", "mauc", "top_k_accuracy", "per_class",
            "confusion_matrix", "intervals", "calibration", "notes",
        ]
        for name in names { #expect(json[name] != nil, "\(name)") }
        #expect(json["per_class"]?.array?[2]["auc"] == JSON.null)
        #expect(json["notes"]?["per_class.3.auc"]?.string?.hasPrefix("undefined") == true)
        #expect(json["mauc_classes_left_out"] == [3])
        let text = json.document
        #expect(!text.contains("nan") && text.hasSuffix("}\n"))
        #expect(try ClassificationMetrics(json: JSON(parsing: text), place: "here") == metrics)
    }

    private static let probabilities = [
        0.75, 0.125, 0.125, 0.25, 0.5, 0.25, 0.125, 0.75, 0.125, 0.5, 0.375, 0.125,
    ]

    @Test func `a damaged metrics file names the field`() throws {
        let predictions = try Predictions(
            classes: classes(3), truth: [0, 0, 1, 1], scores: Self.probabilities)
        let whole = try ClassificationMetrics(predictions).json
        for name in ["count", "accuracy", "macro", "per_class", "confusion_matrix"] {
            var members = try #require(whole.object)
            members[name] = "wrong"
            let error = #expect(throws: EvaluationError.self) {
                try ClassificationMetrics(json: .object(members), place: "m.json")
            }
            #expect(error?.description.contains("m.json, \(name)") == true)
        }
    }
}
