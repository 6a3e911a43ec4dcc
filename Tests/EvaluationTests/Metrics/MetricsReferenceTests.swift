import CambiumEvaluation
import CambiumFiles
import CambiumTestFolders
import Foundation
import Testing

private let fixtures = Repository.fixture("EvaluationTests", "")

extension JSON {
    fileprivate func numbers(_ name: String) -> [Double] {
        self[name]?.array?.compactMap(\.number) ?? []
    }
}

func close(_ left: Double?, _ right: Double?, _ tolerance: Double = 1e-9) -> Bool {
    guard let left, let right else { return left == nil && right == nil }
    return abs(left - right) <= tolerance
}

func classes(_ count: Int) throws -> ClassList {
    try ClassList((0..<count).map { ClassLabel(id: $0 + 1, name: "class \($0 + 1)") })
}

extension PrecisionRecall {
    fileprivate func isClose(to values: [Double]) -> Bool {
        values.count == 3 && close(precision, values[0]) && close(recall, values[1])
            && close(f1, values[2])
    }
}

/// One stored case: scikit-learn's numbers for a truth, predictions and scores.
private struct Case {
    let metrics: ClassificationMetrics
    let expected: JSON

    init(_ json: JSON, unit: Double) throws {
        let count = try #require(json["classes"]?.integer)
        let truth = try #require(json["truth"]?.array).compactMap(\.integer)
        let predicted = try #require(json["predicted"]?.array).compactMap(\.integer)
        let scores = json["scores"]?.array?.flatMap { $0.array ?? [] }
            .compactMap(\.number).map { $0 / unit }
        metrics = try ClassificationMetrics(
            Predictions(
                classes: classes(count), truth: truth, predicted: predicted, scores: scores))
        expected = try #require(json["expected"])
    }
}

@Suite struct MetricsReferenceTests {
    private static let names = [
        "five classes", "twelve imbalanced classes", "tied scores", "a class never predicted",
        "a class absent from the truth", "a class absent from both", "one class, all right",
        "one class, mixed predictions", "constant prediction", "all wrong", "all right",
        "one row", "two classes",
    ]

    @Test(arguments: names)
    func `metrics equal scikit-learn's`(name: String) throws {
        let file = try JSON(file: "\(fixtures)/metrics.cases.json")
        let unit = try #require(file["unit"]?.number)
        let entry = try Case(try #require(file["cases"]?[name]), unit: unit)
        let (metrics, expected) = (entry.metrics, entry.expected)
        let averages = try #require(expected["averages"])
        #expect(metrics.macro.isClose(to: averages.numbers("macro_all")))
        #expect(metrics.macroPresent.isClose(to: averages.numbers("macro_present")))
        #expect(metrics.micro.isClose(to: averages.numbers("micro_all")))
        #expect(metrics.weighted.isClose(to: averages.numbers("weighted_all")))
        #expect(close(metrics.accuracy, expected["accuracy"]?.number))
        #expect(close(metrics.balancedAccuracy, expected["balanced_accuracy"]?.number))
        #expect(close(metrics.mcc, expected["mcc"]?.number))
        #expect(
            JSON.array(metrics.confusion.map { .array($0.map(JSON.integer)) })
                == expected["confusion"])
        try checkClasses(metrics, expected)
        try checkScores(metrics, expected)
    }

    private func checkClasses(_ metrics: ClassificationMetrics, _ expected: JSON) throws {
        let rows = try #require(expected["per_class"]?.array)
        try #require(rows.count == metrics.perClass.count)
        for (entry, row) in zip(metrics.perClass, rows) {
            let values = (row.array ?? []).compactMap(\.number)
            #expect(entry.rates.isClose(to: Array(values.prefix(3))))
            #expect(Double(entry.support) == values[3])
            #expect(entry.sensitivity == (entry.support > 0 ? entry.rates.recall : nil))
        }
    }

    private func checkScores(_ metrics: ClassificationMetrics, _ expected: JSON) throws {
        guard let areas = expected["auc"]?.array else {
            #expect(metrics.mauc == nil && metrics.calibration == nil && metrics.topK.isEmpty)
            #expect(metrics.notes["mauc"] != nil && metrics.notes["calibration"] != nil)
            return
        }
        for (entry, area) in zip(metrics.perClass, areas) {
            #expect(close(entry.auc, area.number))
            #expect(
                (entry.auc == nil) == (metrics.notes["per_class.\(entry.label.id).auc"] != nil))
        }
        #expect(close(metrics.mauc, expected["mauc"]?.number))
        #expect(metrics.maucLeftOut.isEmpty == !areas.contains(.null))
        #expect(close(metrics.calibration?.nll, expected["nll"]?.number))
        #expect(close(metrics.calibration?.brier, expected["brier"]?.number))
        for (depth, value) in expected["top_k"]?.object ?? [:] {
            #expect(close(metrics.topK[Int(depth) ?? 0], value.number), "top \(depth)")
        }
    }

    /// The project's shared reference cases: the same fields under other names.
    @Test(
        .enabled(
            if: ProcessInfo.processInfo.environment["CAMBIUM_METRICS_CASES"] != nil,
            "set CAMBIUM_METRICS_CASES to a metrics.cases.json made by knn_reference.py"))
    func `metrics equal scikit-learn's on the shared reference cases`() throws {
        let path = try #require(ProcessInfo.processInfo.environment["CAMBIUM_METRICS_CASES"])
        let cases = try #require(try JSON(file: path)["cases"]?.object)
        #expect(cases.count == 14)
        for (name, entry) in cases where name != "empty" {
            let renamed: JSON = [
                "classes": entry["classes"] ?? nil, "truth": entry["y"] ?? nil,
                "predicted": entry["pred"] ?? nil, "scores": entry["proba"] ?? nil,
                "expected": entry["expected"] ?? nil,
            ]
            let stored = try Case(renamed, unit: 1)
            let (metrics, expected) = (stored.metrics, stored.expected)
            #expect(metrics.macro.isClose(to: expected.numbers("macro_all_labels")), "\(name)")
            #expect(metrics.macroPresent.isClose(to: expected.numbers("macro_present")))
            #expect(metrics.micro.isClose(to: expected.numbers("micro_all_labels")))
            #expect(metrics.weighted.isClose(to: expected.numbers("weighted_all_labels")))
            #expect(close(metrics.accuracy, expected["accuracy"]?.number))
            #expect(close(metrics.balancedAccuracy, expected["balanced_accuracy"]?.number))
            #expect(close(metrics.mcc, expected["mcc"]?.number))
            #expect(
                close(metrics.mauc, expected["macro_auc_over_defined_classes"]?.number),
                "\(name)")
            for (index, entry) in metrics.perClass.enumerated() {
                let area = expected["per_class_auc"]?.array?[index]
                #expect(close(entry.auc, area?.number), "\(name)")
            }
        }
    }
}
