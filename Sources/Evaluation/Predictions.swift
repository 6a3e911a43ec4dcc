/// What a classifier said about rows whose class is known: the input of every metric.
public struct Predictions: Sendable {
    /// The classes, in the order of the score columns.
    public let classes: ClassList
    /// Column of the true class, a row each.
    public let truth: [Int]
    /// Column of the predicted class, a row each.
    public let predicted: [Int]
    /// Scores `[rows, classes]`, row after row, higher = more likely; nil where there are none.
    public let scores: [Double]?

    /// Number of rows.
    public var count: Int { truth.count }

    /// Predictions from scores: the class with the highest score, the first among equals (as
    /// scikit-learn's classifiers and numpy's `argmax`).
    /// - Throws: ``EvaluationError`` for no rows, sizes that differ, NaN, or a class that is none.
    public init(
        classes: ClassList, truth: [Int], scores: [Double]
    ) throws(EvaluationError) {
        try Self.check(scores, rows: truth.count, columns: classes.count)
        let width = classes.count
        let predicted = truth.indices.map { row in
            Self.firstMaximum(scores[row * width..<(row + 1) * width])
        }
        try self.init(classes: classes, truth: truth, predicted: predicted, scores: scores)
    }

    /// Predictions that were made elsewhere, with or without scores.
    /// - Throws: ``EvaluationError`` for no rows, sizes that differ, or a class that is none.
    public init(
        classes: ClassList, truth: [Int], predicted: [Int], scores: [Double]? = nil
    ) throws(EvaluationError) {
        guard !truth.isEmpty else { throw .noRows("labels") }
        guard predicted.count == truth.count else {
            throw .shape(
                place: "predictions", expected: "\(truth.count) rows", got: "\(predicted.count)")
        }
        for (place, columns) in [("labels", truth), ("predictions", predicted)] {
            if let row = columns.firstIndex(where: { !classes.labels.indices.contains($0) }) {
                throw .value(
                    place: "\(place), row \(row + 1)",
                    reason: "class column \(columns[row]); 0 to \(classes.count - 1) expected")
            }
        }
        if let scores {
            try Self.check(scores, rows: truth.count, columns: classes.count)
        }
        self.classes = classes
        self.truth = truth
        self.predicted = predicted
        self.scores = scores
    }

    /// The scores of one row.
    func row(_ row: Int) -> ArraySlice<Double> {
        scores?[row * classes.count..<(row + 1) * classes.count] ?? []
    }

    private static func check(
        _ scores: [Double], rows: Int, columns: Int
    ) throws(EvaluationError) {
        guard scores.count == rows * columns else {
            throw .shape(
                place: "scores", expected: "[\(rows), \(columns)]", got: "\(scores.count) values")
        }
        if let bad = scores.firstIndex(where: \.isNaN) {
            throw .value(
                place: "scores, row \(bad / columns + 1)",
                reason: "NaN in column \(bad % columns); the model diverged or the file is bad")
        }
    }

    private static func firstMaximum(_ row: ArraySlice<Double>) -> Int {
        var best = row.startIndex
        for index in row.indices where row[index] > row[best] { best = index }
        return best - row.startIndex
    }
}
