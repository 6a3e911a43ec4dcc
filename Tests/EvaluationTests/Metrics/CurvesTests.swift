import CambiumEvaluation
import CambiumFiles
import Testing

@Suite struct CurvesTests {
    /// The second of two classes, of scores that separate them somewhat.
    private func curves(rows: Int, levels: Int) throws -> (json: JSON, auc: Double) {
        var generator = SeededGenerator(seed: 9)
        let truth = (0..<rows).map { $0 % 2 }
        let scores = truth.flatMap { column in
            let share =
                Double(1 + generator.index(below: levels) + column * levels / 3)
                / Double(2 * levels)
            return [1 - share, share]
        }
        let own = try SingleLabelEvaluation(
            Predictions(classes: classes(2), truth: truth, scores: scores))
        return (own.curves[1].json, try #require(own.metrics.perClass[1].auc))
    }

    private func numbers(_ json: JSON?, _ curve: String, _ name: String) -> [Double] {
        (json?[curve]?[name]?.array ?? []).compactMap(\.number)
    }

    @Test(arguments: [(20, 4), (400, 20), (20_000, 5_000)])
    func `a curve has few points, both ends, and nearly the exact area`(
        rows: Int, levels: Int
    ) throws {
        let (entry, auc) = try curves(rows: rows, levels: levels)
        let (x, y) = (numbers(entry, "roc", "fpr"), numbers(entry, "roc", "tpr"))
        #expect(x.count == y.count && x.count <= 800)
        #expect(x.first == 0 && y.first == 0 && x.last == 1 && y.last == 1)
        #expect(zip(x, x.dropFirst()).allSatisfy(<=) && zip(y, y.dropFirst()).allSatisfy(<=))
        let area = x.indices.dropFirst().reduce(0.0) {
            $0 + (x[$1] - x[$1 - 1]) * (y[$1] + y[$1 - 1]) / 2
        }
        #expect(abs(area - auc) < 2e-3)
        let recall = numbers(entry, "precision_recall", "recall")
        #expect(recall.last == 1 && zip(recall, recall.dropFirst()).allSatisfy(<=))
        #expect(recall.count <= 800)
    }
}
