/// What a classifier said about rows whose class is known: the input of every metric.
public struct Predictions: Sendable {
    /// The classes, in the order of the score columns.
    public let classes: ClassList
    /// Column of the true class, a row each.
    public let truth: [Int]
    /// Column of the predicted class, a row each.
    public let predicted: [Int]
    /// Scores `[rows, classes]`, higher = more likely; nil where there are none.
    public let scores: ScoreMatrix?

    /// Number of rows.
    public var count: Int { truth.count }

    /// Predictions from scores in memory, row after row.
    /// - Throws: ``EvaluationError`` for no rows, sizes that differ, NaN, or a class that is none.
    public init(
        classes: ClassList, truth: [Int], scores: [Double]
    ) throws(EvaluationError) {
        let matrix = try ScoreMatrix(scores, rows: truth.count, columns: classes.count)
        try self.init(classes: classes, truth: truth, scores: matrix)
    }

    /// Predictions from scores: the class with the highest score, the first among equals (as
    /// scikit-learn's classifiers and numpy's `argmax`).
    /// - Throws: ``EvaluationError`` for no rows, sizes that differ, NaN, or a class that is none.
    public init(
        classes: ClassList, truth: [Int], scores: ScoreMatrix
    ) throws(EvaluationError) {
        try Self.check(scores, rows: truth.count, columns: classes.count)
        var predicted: [Int] = []
        predicted.reserveCapacity(scores.rows)
        if scores.columns > 0 {
            scores.forEachBlock { _, values in
                for start in stride(from: 0, to: values.count, by: scores.columns) {
                    predicted.append(Self.firstMaximum(values[start..<start + scores.columns]))
                }
            }
        }
        try self.init(
            classes: classes, truth: truth, predicted: predicted, checked: scores)
    }

    /// Predictions that were made elsewhere, with or without scores.
    /// - Throws: ``EvaluationError`` for no rows, sizes that differ, or a class that is none.
    public init(
        classes: ClassList, truth: [Int], predicted: [Int], scores: [Double]? = nil
    ) throws(EvaluationError) {
        var matrix: ScoreMatrix?
        if let scores {
            matrix = try ScoreMatrix(scores, rows: truth.count, columns: classes.count)
        }
        if let matrix { try Self.check(matrix, rows: truth.count, columns: classes.count) }
        try self.init(classes: classes, truth: truth, predicted: predicted, checked: matrix)
    }

    private init(
        classes: ClassList, truth: [Int], predicted: [Int], checked scores: ScoreMatrix?
    ) throws(EvaluationError) {
        guard !truth.isEmpty else { throw .noRows("labels") }
        if let row = truth.firstIndex(where: { $0 < 0 || $0 >= classes.count }) {
            throw Self.unknown("labels", row, truth[row], classes.count)
        }
        guard predicted.count == truth.count else {
            throw .shape(
                place: "predictions", expected: "\(truth.count) rows", got: "\(predicted.count)")
        }
        if let row = predicted.firstIndex(where: { $0 < 0 || $0 >= classes.count }) {
            throw Self.unknown("predictions", row, predicted[row], classes.count)
        }
        (self.classes, self.truth) = (classes, truth)
        (self.predicted, self.scores) = (predicted, scores)
    }

    private static func unknown(
        _ place: String, _ row: Int, _ column: Int, _ count: Int
    ) -> EvaluationError {
        .value(
            place: "\(place), row \(row + 1)",
            reason: "class column \(column); 0 to \(count - 1) expected")
    }

    /// The same for some of the rows, in the order given.
    func selecting(_ rows: [Int]) throws(EvaluationError) -> Predictions {
        try Predictions(
            classes: classes, truth: rows.map { truth[$0] },
            predicted: rows.map { predicted[$0] }, checked: scores?.selecting(rows))
    }

    static func check(
        _ scores: ScoreMatrix, rows: Int, columns: Int
    ) throws(EvaluationError) {
        guard scores.rows == rows, scores.columns == columns else {
            throw .shape(
                place: "scores", expected: "[\(rows), \(columns)]",
                got: "[\(scores.rows), \(scores.columns)]")
        }
        guard rows <= RankedScores.maximumRows else {
            throw .value(
                place: "scores",
                reason: "\(rows) rows; at most \(RankedScores.maximumRows) can be ranked")
        }
        try scores.forEachBlock { first, values throws(EvaluationError) in
            guard let bad = values.firstIndex(where: \.isNaN) else { return }
            throw .value(
                place: "scores, row \(first + bad / columns + 1)",
                reason: "NaN in column \(bad % columns); the model diverged or the file is bad")
        }
    }

    private static func firstMaximum(_ row: ArraySlice<Double>) -> Int {
        var best = row.startIndex
        for index in row.indices where row[index] > row[best] { best = index }
        return best - row.startIndex
    }
}
