import CambiumEvaluation
import CambiumFiles
import CambiumTestFolders
import Foundation
import Testing

/// What Fixtures/make_paired_cases.py computed, and the same random problems.
struct PairedCases {
    let expected: JSON
    static let rows = 60
    static let width = 4

    init() throws {
        expected = try JSON(
            file: Repository.fixture("EvaluationTests", "paired.cases.json"))
    }

    /// Two models' predictions for the same rows.
    func models() throws -> [Predictions] {
        var generator = SeededGenerator(seed: 11, 0)
        let truth = (0..<Self.rows).map { $0 % Self.width }
        return try (0..<2).map { _ in
            let scores = truth.flatMap { column in
                var units = (0..<Self.width).map { _ in generator.index(below: 16) + 1 }
                units[column] += generator.index(below: 16)
                let sum = units.reduce(0, +)
                return units.map { Double($0) / Double(sum) }
            }
            return try Predictions(classes: classes(Self.width), truth: truth, scores: scores)
        }
    }

    /// Both models' evaluations.
    func runs() throws -> [StoredEvaluation] {
        let names = (0..<Self.rows).map { "row \($0)" }
        return try models().enumerated().map { number, predictions in
            try StoredEvaluation(
                folder: "\(number)", name: "model \(number)", rows: LabelledScores(predictions),
                keys: names)
        }
    }
}
