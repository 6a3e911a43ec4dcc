internal import Foundation

/// Distributions and corrections that the paired tests need.
enum StatisticalTests {
    /// The two-sided p value of a standard normal statistic.
    static func twoSided(_ z: Double) -> Double { erfc(abs(z) / 2.0.squareRoot()) }

    /// The two-sided exact binomial test of `part` of `whole` at probability one half: twice the
    /// smaller tail, at most 1. This is McNemar's exact test of discordant pairs.
    static func binomialHalf(_ part: Int, of whole: Int) -> Double {
        let smaller = min(part, whole - part)
        guard 2 * smaller < whole else { return 1 }
        // Terms in logarithms, as differences to the largest: no underflow before the sum.
        let logs = (0...smaller).map { k in
            lgamma(Double(whole) + 1) - lgamma(Double(k) + 1) - lgamma(Double(whole - k) + 1)
        }
        let largest = logs[smaller]
        let sum = logs.reduce(0) { $0 + exp($1 - largest) }
        return min(1, 2 * sum * exp(largest - Double(whole) * log(2)))
    }

    /// p values corrected for their number (Holm, 1979), in the order given.
    static func holm(_ values: [Double]) -> [Double] {
        let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
        var corrected = [Double](repeating: 1, count: values.count)
        var largest = 0.0
        for (rank, index) in order.enumerated() {
            largest = max(largest, min(1, Double(values.count - rank) * values[index]))
            corrected[index] = largest
        }
        return corrected
    }
}

/// McNemar's test (1947) of two classifiers on the same rows: do they err on different rows
/// equally often?
public struct McNemar: Sendable, Equatable {
    /// Rows that only the first got right.
    public let onlyFirst: Int
    /// Rows that only the second got right.
    public let onlySecond: Int
    /// Exact two-sided p value.
    public let p: Double

    init(first: [Bool], second: [Bool]) {
        onlyFirst = zip(first, second).count { $0 && !$1 }
        onlySecond = zip(first, second).count { !$0 && $1 }
        p = StatisticalTests.binomialHalf(onlyFirst, of: onlyFirst + onlySecond)
    }
}
