/// How often each class occurred, was predicted, and both: all that precision, recall, F1,
/// accuracy and MCC need. Whole numbers, held as float64 so that resamples are counted side by
/// side. Definitions are scikit-learn's with `labels` = all classes and `zero_division=0`.
package struct ClassCounts: Equatable {
    /// Rows of a class that were taken for it.
    var hits: [Double]
    /// Rows of a class.
    var support: [Double]
    /// Rows taken for a class.
    var predicted: [Double]
    /// All rows.
    var total: Double

    var size: Int { hits.count }

    /// One entry a class.
    var perClass: [PrecisionRecall] {
        hits.indices.map { Self.rates(hits[$0], predicted[$0], support[$0]) }
    }

    static func rates(_ hits: Double, _ predicted: Double, _ support: Double) -> PrecisionRecall {
        PrecisionRecall(
            precision: ratio(hits, predicted), recall: ratio(hits, support),
            f1: ratio(2 * hits, predicted + support))
    }

    /// Right among all, where every row has one class and one prediction.
    var accuracy: Double { Self.ratio(hits.reduce(0, +), total) }

    /// Mean recall of the classes that occur in the truth.
    var balancedAccuracy: Double {
        let present = support.indices.filter { support[$0] > 0 }
        let sum = present.reduce(0) { $0 + Self.ratio(hits[$1], support[$1]) }
        return sum / Double(present.count)
    }

    /// Share of the rows of other classes that were not taken for this one; nil without such rows.
    func specificity(_ column: Int) -> Double? {
        let others = total - support[column]
        guard others > 0 else { return nil }
        return 1 - (predicted[column] - hits[column]) / others
    }

    /// Recall; nil where the class does not occur.
    func sensitivity(_ column: Int) -> Double? {
        support[column] > 0 ? hits[column] / support[column] : nil
    }

    /// Averages from the classes' own rates.
    func averages(_ rates: [PrecisionRecall]) -> Averages {
        let occurring = zip(support, predicted).map { $0 + $1 > 0 ? 1.0 : 0 }
        let pooled = Self.rates(
            hits.reduce(0, +), predicted.reduce(0, +), support.reduce(0, +))
        return Averages(
            macro: Self.mean(rates, weights: [Double](repeating: 1, count: size)),
            macroPresent: Self.mean(rates, weights: occurring), micro: pooled,
            weighted: Self.mean(rates, weights: support))
    }

    /// The multi-class Matthews correlation coefficient (Gorodkin's R_K, 2004); 0 where truth or
    /// prediction is a single class, as scikit-learn has it.
    var mcc: Double {
        let right = hits.reduce(0, +)
        let both = right * total - zip(support, predicted).reduce(0) { $0 + $1.0 * $1.1 }
        let product =
            (total * total - predicted.reduce(0) { $0 + $1 * $1 })
            * (total * total - support.reduce(0) { $0 + $1 * $1 })
        return product == 0 ? 0 : both / product.squareRoot()
    }

    /// Whether ``mcc`` is 0 only because a covariance is.
    var mccIsConvention: Bool {
        [support, predicted].contains { $0.count(where: { $0 > 0 }) < 2 }
    }

    private static func mean(_ classes: [PrecisionRecall], weights: [Double]) -> PrecisionRecall {
        let sum = weights.reduce(0, +)
        var mean = PrecisionRecall(precision: 0, recall: 0, f1: 0)
        guard sum > 0 else { return mean }
        for (rates, weight) in zip(classes, weights) {
            mean.precision += rates.precision * weight
            mean.recall += rates.recall * weight
            mean.f1 += rates.f1 * weight
        }
        return PrecisionRecall(
            precision: mean.precision / sum, recall: mean.recall / sum, f1: mean.f1 / sum)
    }

    static func ratio(_ part: Double, _ whole: Double) -> Double {
        whole == 0 ? 0 : part / whole
    }
}

/// Precision, recall and F1 of many classes in one number each.
struct Averages: Equatable {
    /// Mean over all classes.
    let macro: PrecisionRecall
    /// Mean over the classes that occur in truth or prediction.
    let macroPresent: PrecisionRecall
    /// Over all decisions at once.
    let micro: PrecisionRecall
    /// Mean weighted by support.
    let weighted: PrecisionRecall

    static let names = ["macro", "macro_present", "micro", "weighted"].flatMap { name in
        ["precision", "recall", "f1"].map { "\(name)_\($0)" }
    }

    /// In the order of ``names``.
    var values: [Double] {
        [macro, macroPresent, micro, weighted].flatMap { [$0.precision, $0.recall, $0.f1] }
    }
}
