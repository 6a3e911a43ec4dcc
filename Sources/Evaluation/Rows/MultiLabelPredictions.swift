/// What a classifier said about rows that may have several classes, one or none.
public struct MultiLabelPredictions: Sendable {
    /// The classes, in the order of the columns.
    public let classes: ClassList
    /// Scores `[rows, classes]`, higher = more likely.
    public let scores: ScoreMatrix
    /// A class is predicted where its score is at least this; infinite where it never is.
    public let thresholds: [Double]
    /// For row r and class c at `r * classes + c`: 1 where it is true, plus 2 where predicted.
    package let decisions: [UInt8]

    package static let isTrue: UInt8 = 1
    package static let isPredicted: UInt8 = 2

    /// Number of rows.
    public var count: Int { scores.rows }

    /// Predictions.
    /// - Parameters:
    ///   - truth: 0 or 1 for every row and class, row after row.
    ///   - thresholds: one a class.
    /// - Throws: ``EvaluationError`` for no rows, sizes that differ, NaN, or a truth that is
    ///   neither 0 nor 1.
    public init(
        classes: ClassList, truth: [Int], scores: ScoreMatrix, thresholds: [Double]
    ) throws(EvaluationError) {
        let width = classes.count
        guard scores.rows > 0, width > 0 else { throw .noRows("labels") }
        guard truth.count == scores.rows * width else {
            throw .shape(
                place: "labels", expected: "[\(scores.rows), \(width)]",
                got: "\(truth.count) values")
        }
        guard thresholds.count == width, !thresholds.contains(where: \.isNaN) else {
            throw .shape(
                place: "thresholds", expected: "\(width) numbers", got: "\(thresholds.count)")
        }
        if let bad = truth.firstIndex(where: { $0 != 0 && $0 != 1 }) {
            throw .value(
                place: "labels, row \(bad / width + 1)",
                reason: "\(truth[bad]) in column \(bad % width); 0 or 1 expected")
        }
        try Predictions.check(scores, rows: scores.rows, columns: width)
        self.init(classes, scores, thresholds) { truth[$0] == 1 }
    }

    /// Rows with one class each, whose classes are decided one by one by thresholds: the second of
    /// the two protocols of a single-label evaluation. A row may then get several classes or none.
    /// - Throws: ``EvaluationError`` where there are no scores.
    init(_ predictions: Predictions, thresholds: [Double]) throws(EvaluationError) {
        guard let scores = predictions.scores else {
            throw .value(place: "thresholds", reason: "there are predictions only, no scores")
        }
        let (truth, width) = (predictions.truth, predictions.classes.count)
        self.init(predictions.classes, scores, thresholds) { truth[$0 / width] == $0 % width }
    }

    private init(
        _ classes: ClassList, _ scores: ScoreMatrix, _ thresholds: [Double],
        isTrue: (Int) -> Bool
    ) {
        (self.classes, self.scores, self.thresholds) = (classes, scores, thresholds)
        let width = classes.count
        var decisions: [UInt8] = []
        decisions.reserveCapacity(scores.rows * width)
        scores.forEachBlock { first, values in
            for (index, score) in values.enumerated() {
                let isTaken = score >= thresholds[index % width]
                decisions.append(
                    (isTrue(first * width + index) ? Self.isTrue : 0)
                        | (isTaken ? Self.isPredicted : 0))
            }
        }
        self.decisions = decisions
    }

    /// The same rows decided by other thresholds.
    func deciding(by thresholds: [Double]) -> MultiLabelPredictions {
        let decisions = decisions
        return MultiLabelPredictions(classes, scores, thresholds) {
            decisions[$0] & Self.isTrue != 0
        }
    }

    /// Some of the rows, in the order given.
    func selecting(_ rows: [Int]) -> MultiLabelPredictions {
        let (decisions, width) = (decisions, classes.count)
        return MultiLabelPredictions(classes, scores.selecting(rows), thresholds) {
            decisions[rows[$0 / width] * width + $0 % width] & Self.isTrue != 0
        }
    }

    /// Whether a row has a class.
    package func isTrue(_ row: Int, _ column: Int) -> Bool {
        decisions[row * classes.count + column] & Self.isTrue != 0
    }

    /// 0 or 1 for every row and class, as it was given.
    package var truth: [Int] { decisions.map { Int($0 & Self.isTrue) } }
}
