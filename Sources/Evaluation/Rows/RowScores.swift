internal import Foundation

/// What the scores say about each row, in one pass over the matrix.
struct RowScores: Sendable {
    /// The score of the predicted class.
    private(set) var confidence: [Double] = []
    /// The score of the true class.
    private(set) var ofTruth: [Double] = []
    /// How many classes come before the true one: those with a higher score, and among equals
    /// those of a lower column, as in the prediction itself.
    private(set) var ranks: [Int] = []
    /// Whether other classes have the highest score as well.
    private(set) var tiedTops = 0
    /// The sum of the squared scores.
    private(set) var squares: [Double] = []
    /// The first row that is no probability distribution.
    private(set) var notDistribution: Int?

    /// Half precision rounds a row's sum this far from 1.
    private static let tolerance = 2e-3

    init?(_ predictions: Predictions) {
        guard let scores = predictions.scores else { return nil }
        scores.forEachBlock { first, values in
            for start in stride(from: 0, to: values.count, by: scores.columns) {
                add(
                    values[start..<start + scores.columns],
                    row: first + start / scores.columns, predictions)
            }
        }
    }

    private mutating func add(_ row: ArraySlice<Double>, row number: Int, _ data: Predictions) {
        let truth = row.startIndex + data.truth[number]
        let (own, top) = (row[truth], row[row.startIndex + data.predicted[number]])
        confidence.append(top)
        ofTruth.append(own)
        var (rank, sum, sumOfSquares, equal, isBounded) = (0, -1.0, 0.0, 0, true)
        for index in row.indices {
            let score = row[index]
            if score > own || score == own && index < truth { rank += 1 }
            if score == top { equal += 1 }
            sum += score
            sumOfSquares += score * score
            if score < 0 || score > 1 + Self.tolerance { isBounded = false }
        }
        ranks.append(rank)
        squares.append(sumOfSquares)
        if equal > 1 { tiedTops += 1 }
        if notDistribution == nil, !isBounded || !(abs(sum) <= Self.tolerance) {
            notDistribution = number
        }
    }

    /// For k = 1, 2, 3, 5 below the number of classes.
    static func depths(classes: Int) -> [Int] { [1, 2, 3, 5].filter { $0 < classes || $0 == 1 } }

    /// The squared distance to the true class, summed over all classes (Brier, 1950).
    var brier: [Double] { zip(squares, ofTruth).map { $0 - 2 * $1 + 1 } }

    /// Negative logarithms of the true class's probability, clipped as scikit-learn does.
    var negativeLogarithms: [Double] {
        ofTruth.map { -log(min(max($0, Self.floor), 1 - Self.floor)) }
    }

    /// A smaller probability counts as this one, as in scikit-learn's `log_loss`.
    static let floor = Double.ulpOfOne
}
