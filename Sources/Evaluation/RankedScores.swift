/// The scores of one class in rising order, so that its one-vs-rest ROC AUC is one pass, for any
/// weights of the rows (the bootstrap's).
struct RankedScores {
    /// Rows by rising score of the class.
    private let order: [Int32]
    /// Whether the score of an entry equals the next one's.
    private let tied: [Bool]
    private let column: Int

    init(_ predictions: Predictions, scores: [Double], column: Int) {
        let width = predictions.classes.count
        let values = (0..<predictions.count).map { scores[$0 * width + column] }
        let order = values.indices.sorted { values[$0] < values[$1] }
        self.order = order.map(Int32.init)
        tied = order.indices.map { position in
            position + 1 < order.count && values[order[position]] == values[order[position + 1]]
        }
        self.column = column
    }

    /// The area under the ROC curve by the rank sum (Mann and Whitney, 1947), ties counted half;
    /// nil without positives or without negatives.
    func auc(truth: [Int], weights: [Int]) -> Double? {
        var (positives, negatives) = (0, 0)
        var (tiePositives, tieNegatives) = (0, 0)
        // Twice the number of pairs in the right order: whole numbers stay exact.
        var pairs = 0
        for position in order.indices {
            let row = Int(order[position])
            if truth[row] == column {
                tiePositives += weights[row]
            } else {
                tieNegatives += weights[row]
            }
            if tied[position] { continue }
            pairs += tiePositives * (2 * negatives + tieNegatives)
            positives += tiePositives
            negatives += tieNegatives
            (tiePositives, tieNegatives) = (0, 0)
        }
        guard positives > 0, negatives > 0 else { return nil }
        return Double(pairs) / (2 * Double(positives) * Double(negatives))
    }
}
