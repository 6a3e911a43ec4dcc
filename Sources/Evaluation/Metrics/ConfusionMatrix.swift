/// Precision, recall and their harmonic mean.
public struct PrecisionRecall: Sendable, Equatable {
    /// Share of the predictions of a class that are right; 0 where it was never predicted.
    public var precision: Double
    /// Share of a class that was found; 0 where it does not occur.
    public var recall: Double
    /// `2 tp / (2 tp + fp + fn)`; 0 where the class occurs nowhere.
    public var f1: Double
}

/// Counts of true class (row) against predicted class (column).
struct ConfusionMatrix: Equatable {
    let size: Int
    private(set) var counts: [Int]

    init(size: Int) {
        self.size = size
        counts = [Int](repeating: 0, count: size * size)
    }

    init(_ predictions: Predictions) {
        self.init(size: predictions.classes.count)
        for (truth, predicted) in zip(predictions.truth, predictions.predicted) {
            counts[truth * size + predicted] += 1
        }
    }

    var rows: [[Int]] {
        (0..<size).map { Array(counts[$0 * size..<($0 + 1) * size]) }
    }

    /// What all averages follow from.
    var classCounts: ClassCounts {
        let zeros = [Double](repeating: 0, count: size)
        var result = ClassCounts(hits: zeros, support: zeros, predicted: zeros, total: 0)
        for truth in 0..<size {
            result.hits[truth] = Double(counts[truth * size + truth])
            for predicted in 0..<size {
                let count = Double(counts[truth * size + predicted])
                result.support[truth] += count
                result.predicted[predicted] += count
                result.total += count
            }
        }
        return result
    }
}
