/// Precision, recall and their harmonic mean.
public struct PrecisionRecall: Sendable, Equatable {
    /// Share of the predictions of a class that are right; 0 where it was never predicted.
    public var precision: Double
    /// Share of a class that was found; 0 where it does not occur.
    public var recall: Double
    /// `2 tp / (2 tp + fp + fn)`; 0 where the class occurs nowhere.
    public var f1: Double
}

/// Counts of true class (row) against predicted class (column), and what follows from them.
/// Definitions are scikit-learn's with `labels` = all classes and `zero_division=0`.
struct ConfusionMatrix: Equatable {
    let size: Int
    private(set) var counts: [Int]

    init(size: Int) {
        self.size = size
        counts = [Int](repeating: 0, count: size * size)
    }

    mutating func add(truth: Int, predicted: Int, weight: Int = 1) {
        counts[truth * size + predicted] += weight
    }

    var rows: [[Int]] {
        (0..<size).map { Array(counts[$0 * size..<($0 + 1) * size]) }
    }

    var total: Int { counts.reduce(0, +) }
    func hits(_ column: Int) -> Int { counts[column * size + column] }
    var support: [Int] {
        (0..<size).map { counts[$0 * size..<($0 + 1) * size].reduce(0, +) }
    }
    var predicted: [Int] {
        var sums = [Int](repeating: 0, count: size)
        for row in 0..<size {
            for column in 0..<size { sums[column] += counts[row * size + column] }
        }
        return sums
    }

    /// One entry a class.
    var perClass: [PrecisionRecall] {
        let (support, predicted) = (support, predicted)
        return (0..<size).map { Self.rates(hits($0), predicted[$0], support[$0]) }
    }

    static func rates(_ hits: Int, _ predicted: Int, _ support: Int) -> PrecisionRecall {
        PrecisionRecall(
            precision: ratio(hits, predicted), recall: ratio(hits, support),
            f1: ratio(2 * hits, predicted + support))
    }

    /// Right among all.
    var accuracy: Double { Self.ratio((0..<size).reduce(0) { $0 + hits($1) }, total) }

    /// Mean recall of the classes that occur in the truth.
    var balancedAccuracy: Double {
        let support = support
        let present = (0..<size).filter { support[$0] > 0 }
        return present.reduce(0) { $0 + Self.ratio(hits($1), support[$1]) } / Double(present.count)
    }

    var macro: PrecisionRecall {
        Self.mean(perClass, weights: [Double](repeating: 1, count: size))
    }

    /// The mean over classes that occur in truth or prediction.
    var macroPresent: PrecisionRecall {
        let occurring = zip(support, predicted).map { $0 + $1 > 0 ? 1.0 : 0 }
        return Self.mean(perClass, weights: occurring)
    }

    var micro: PrecisionRecall {
        Self.rates((0..<size).reduce(0) { $0 + hits($1) }, total, total)
    }

    var weighted: PrecisionRecall { Self.mean(perClass, weights: support.map(Double.init)) }

    /// The multi-class Matthews correlation coefficient (Gorodkin's R_K, 2004); 0 where truth or
    /// prediction is a single class, as scikit-learn has it.
    var mcc: Double {
        let (t, p) = (support.map(Double.init), predicted.map(Double.init))
        let (n, right) = (Double(total), Double((0..<size).reduce(0) { $0 + hits($1) }))
        let both = right * n - zip(t, p).reduce(0) { $0 + $1.0 * $1.1 }
        let product =
            (n * n - p.reduce(0) { $0 + $1 * $1 }) * (n * n - t.reduce(0) { $0 + $1 * $1 })
        return product == 0 ? 0 : both / product.squareRoot()
    }

    /// Whether ``mcc`` is 0 only because a covariance is.
    var mccIsConvention: Bool {
        [support, predicted].contains { $0.count(where: { $0 > 0 }) < 2 }
    }

    private static func mean(
        _ classes: [PrecisionRecall], weights: [Double]
    ) -> PrecisionRecall {
        let sum = weights.reduce(0, +)
        func mean(_ value: (PrecisionRecall) -> Double) -> Double {
            sum == 0 ? 0 : zip(classes, weights).reduce(0) { $0 + value($1.0) * $1.1 } / sum
        }
        return PrecisionRecall(
            precision: mean(\.precision), recall: mean(\.recall), f1: mean(\.f1))
    }

    private static func ratio(_ part: Int, _ whole: Int) -> Double {
        whole == 0 ? 0 : Double(part) / Double(whole)
    }
}
