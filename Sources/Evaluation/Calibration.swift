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
    /// A smaller probability counts as this one, as in scikit-learn's `log_loss`.
    private static let floor = Double.ulpOfOne
    /// Half precision rounds a row's sum this far from 1.
    private static let tolerance = 2e-3
}

extension Calibration {
    /// nil, with the reason, where the scores are no probabilities.
    init?(_ predictions: Predictions, notes: inout [String: String]) {
        guard predictions.scores != nil else {
            notes["calibration"] = "undefined: there are predictions only, no scores"
            return nil
        }
        if let row = predictions.truth.indices.first(where: {
            !Self.isDistribution(predictions.row($0))
        }) {
            notes["calibration"] =
                "undefined: the scores are no probabilities (row \(row + 1) is not between "
                + "0 and 1 with sum 1); apply softmax before writing them"
            return nil
        }
        let ofTruth = predictions.truth.indices.map { row in
            predictions.row(row)[offset: predictions.truth[row]]
        }
        let confidence = predictions.truth.indices.map { row in
            predictions.row(row)[offset: predictions.predicted[row]]
        }
        let clipped = ofTruth.count { $0 < Self.floor }
        if clipped > 0 {
            notes["calibration.nll"] =
                "\(clipped) rows give their class probability 0, counted as 2.2e-16 as in "
                + "scikit-learn's log_loss"
        }
        bins = Self.bins(confidence, zip(predictions.truth, predictions.predicted).map(==))
        let count = Double(predictions.count)
        ece = bins.reduce(0) { sum, bin in
            guard let confidence = bin.confidence, let accuracy = bin.accuracy else { return sum }
            return sum + Double(bin.count) / count * abs(accuracy - confidence)
        }
        brier =
            zip(predictions.truth.indices, ofTruth).reduce(0) { sum, entry in
                let squares = predictions.row(entry.0).reduce(0) { $0 + $1 * $1 }
                return sum + squares - 2 * entry.1 + 1
            } / count
        nll = ofTruth.reduce(0) { $0 - log(min(max($1, Self.floor), 1 - Self.floor)) } / count
        meanConfidence = confidence.reduce(0, +) / count
    }

    private static func isDistribution(_ row: ArraySlice<Double>) -> Bool {
        row.allSatisfy { $0 >= 0 && $0 <= 1 + tolerance } && abs(row.reduce(-1, +)) <= tolerance
    }

    private static func bins(_ confidence: [Double], _ right: [Bool]) -> [Bin] {
        var members = [[Int]](repeating: [], count: binCount)
        for (row, value) in confidence.enumerated() {
            let bin = Int((value * Double(binCount)).rounded(.up)) - 1
            members[min(max(bin, 0), binCount - 1)].append(row)
        }
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
}

extension ArraySlice {
    fileprivate subscript(offset offset: Int) -> Element { self[startIndex + offset] }
}
