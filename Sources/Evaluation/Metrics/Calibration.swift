internal import Foundation

/// How far a classifier's probabilities can be believed.
public struct Calibration: Sendable, Equatable {
    /// Rows whose confidence falls in one bin.
    public struct Bin: Sendable, Equatable {
        /// Exclusive lower edge (the first bin includes 0).
        public let lower: Double
        /// Inclusive upper edge.
        public let upper: Double
        /// Rows in the bin.
        public let count: Int
        /// Mean probability of the predicted class; nil for an empty bin.
        public let confidence: Double?
        /// Share of right predictions; nil for an empty bin.
        public let accuracy: Double?
    }

    /// Expected calibration error over 15 bins of equal width (Guo et al., 2017).
    public let ece: Double
    /// The largest gap of a bin.
    public let mce: Double?
    /// The same error over 15 bins of equal numbers of rows (Nguyen and O'Connor, 2015).
    public let adaptiveECE: Double?
    /// The mean over classes of the error of each class's probability, 15 bins of equal width
    /// (Kull et al., 2019).
    public let classwiseECE: Double?
    /// Mean over rows of the squared distance to the true class, summed over all classes
    /// (Brier, 1950): 0 to 2.
    public let brier: Double
    /// Mean negative logarithm of the true class's probability.
    public let nll: Double
    /// Mean probability of the predicted class.
    public let meanConfidence: Double
    /// The reliability diagram.
    public let bins: [Bin]

    static let binCount = 15

    /// The bin of a probability.
    static func bin(_ value: Double) -> Int {
        min(max(Int((value * Double(binCount)).rounded(.up)) - 1, 0), binCount - 1)
    }
}

extension Calibration {
    /// nil, with the reason, where the scores are no probabilities.
    init?(_ predictions: Predictions, _ rows: RowScores?, notes: inout [String: String]) {
        guard let rows, let scores = predictions.scores else {
            notes["calibration"] = "undefined: there are predictions only, no scores"
            return nil
        }
        if let row = rows.notDistribution {
            notes["calibration"] =
                "undefined: the scores are no probabilities (row \(row + 1) is not between "
                + "0 and 1 with sum 1); apply softmax before writing them"
            return nil
        }
        let clipped = rows.ofTruth.count { $0 < RowScores.floor }
        if clipped > 0 {
            notes["calibration.nll"] =
                "\(clipped) rows give their class probability 0, counted as 2.2e-16 as in "
                + "scikit-learn's log_loss"
        }
        let right = zip(predictions.truth, predictions.predicted).map(==)
        let count = Double(predictions.count)
        bins = Self.bins(rows.confidence, right)
        (ece, mce) = Self.errors(bins, count)
        adaptiveECE = Self.adaptive(rows.confidence, right)
        classwiseECE = Self.classwise(predictions, scores)
        brier = rows.brier.reduce(0, +) / count
        nll = rows.negativeLogarithms.reduce(0, +) / count
        meanConfidence = rows.confidence.reduce(0, +) / count
    }

    private static func errors(_ bins: [Bin], _ count: Double) -> (ece: Double, mce: Double) {
        bins.reduce((0, 0)) { errors, bin in
            guard let confidence = bin.confidence, let accuracy = bin.accuracy else {
                return errors
            }
            let gap = abs(accuracy - confidence)
            return (errors.0 + Double(bin.count) / count * gap, max(errors.1, gap))
        }
    }

    private static func bins(_ confidence: [Double], _ right: [Bool]) -> [Bin] {
        var members = [[Int]](repeating: [], count: binCount)
        for (row, value) in confidence.enumerated() { members[bin(value)].append(row) }
        return members.enumerated().map { bin, rows in
            let count = Double(rows.count)
            return Bin(
                lower: Double(bin) / Double(binCount), upper: Double(bin + 1) / Double(binCount),
                count: rows.count,
                confidence: rows.isEmpty
                    ? nil : rows.reduce(0) { $0 + confidence[$1] } / count,
                accuracy: rows.isEmpty ? nil : Double(rows.count { right[$0] }) / count)
        }
    }

    /// Rows by rising confidence, equal ones by row, in runs whose sizes differ by one at most.
    private static func adaptive(_ confidence: [Double], _ right: [Bool]) -> Double {
        let order = confidence.indices.sorted { (confidence[$0], $0) < (confidence[$1], $1) }
        let sum = (0..<binCount).reduce(0.0) { sum, bin in
            let run =
                order[bin * order.count / binCount..<(bin + 1) * order.count / binCount]
            return sum + abs(run.reduce(0) { $0 + (right[$1] ? 1 : 0) - confidence[$1] })
        }
        return sum / Double(order.count)
    }

    private static func classwise(_ predictions: Predictions, _ scores: ScoreMatrix) -> Double {
        let width = scores.columns
        var gaps = [Double](repeating: 0, count: width * binCount)
        scores.forEachBlock { first, values in
            for (index, value) in values.enumerated() {
                let (row, column) = (first + index / width, index % width)
                gaps[column * binCount + bin(value)] +=
                    (predictions.truth[row] == column ? 1 : 0) - value
            }
        }
        return gaps.reduce(0) { $0 + abs($1) } / Double(predictions.count) / Double(width)
    }
}
