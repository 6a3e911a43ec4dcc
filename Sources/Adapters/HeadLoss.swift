internal import Foundation

/// The loss that a head is trained by: a mean over rows.
///
/// With one class a row it is PyTorch's cross-entropy with class weights and label smoothing, on
/// logits to which `adjustment` is added (logit adjustment: Menon et al., 2021), or the focal loss
/// (Lin et al., 2017). With several labels it is the mean binary cross-entropy over all classes.
public struct HeadLoss: Sendable, Equatable {
    /// A weight a class; nil weighs all alike. With several labels a row, the weight of the
    /// class's positives.
    public var classWeights: [Float]?
    /// The share of a row's target that is spread over all classes.
    public var smoothing = 0.0
    /// The focal loss's exponent; 0 is cross-entropy.
    public var focus = 0.0
    /// Added to the logits while training, a value a class.
    public var adjustment: [Float]?

    /// Plain cross-entropy.
    public init() {}

    /// The sum of the weights of a batch's rows, which its mean is divided by.
    package func total(_ classes: [Int]) -> Double {
        guard let classWeights else { return Double(classes.count) }
        return classes.reduce(0) { $0 + Double(classWeights[$1]) }
    }

    /// The loss of one row with class `truth`, undivided; its gradient over `total` goes to
    /// `gradient`.
    package func row(
        _ logits: UnsafePointer<Float>, _ count: Int, truth: Int, total: Double,
        gradient: UnsafeMutablePointer<Float>
    ) -> Double {
        var largest = -Float.infinity
        for column in 0..<count {
            gradient[column] = logits[column] + (adjustment?[column] ?? 0)
            largest = max(largest, gradient[column])
        }
        var sum = 0.0
        for column in 0..<count { sum += exp(Double(gradient[column] - largest)) }
        let logSum = log(sum) + Double(largest)
        return focus == 0
            ? crossEntropy(count, truth, total, gradient, logSum)
            : focal(count, truth, total, gradient, logSum)
    }

    private func weight(_ column: Int) -> Double { classWeights.map { Double($0[column]) } ?? 1 }

    /// `gradient` holds the logits when it begins.
    private func crossEntropy(
        _ count: Int, _ truth: Int, _ total: Double, _ gradient: UnsafeMutablePointer<Float>,
        _ logSum: Double
    ) -> Double {
        let share = smoothing / Double(count)
        var loss = 0.0
        var mass = (1 - smoothing) * weight(truth)
        if smoothing > 0 { for column in 0..<count { mass += share * weight(column) } }
        for column in 0..<count {
            var target = smoothing > 0 ? share * weight(column) : 0
            if column == truth { target += (1 - smoothing) * weight(truth) }
            let logProbability = Double(gradient[column]) - logSum
            if target > 0 { loss -= target * logProbability }
            gradient[column] = Float((exp(logProbability) * mass - target) / total)
        }
        return loss
    }

    private func focal(
        _ count: Int, _ truth: Int, _ total: Double, _ gradient: UnsafeMutablePointer<Float>,
        _ logSum: Double
    ) -> Double {
        let logProbability = Double(gradient[truth]) - logSum
        let p = exp(logProbability)
        let miss = max(1 - p, 1e-12)
        let factor =
            weight(truth) * (pow(miss, focus) - focus * pow(miss, focus - 1) * p * logProbability)
        for column in 0..<count {
            let own: Double = column == truth ? 1 : 0
            gradient[column] = Float(
                factor * (exp(Double(gradient[column]) - logSum) - own) / total)
        }
        return -weight(truth) * pow(miss, focus) * logProbability
    }

    /// The mean over classes of one row's binary cross-entropies; its gradient over `rows` goes to
    /// `gradient`.
    package func row(
        _ logits: UnsafePointer<Float>, _ count: Int, labels: ArraySlice<Float>, rows: Int,
        gradient: UnsafeMutablePointer<Float>
    ) -> Double {
        var loss = 0.0
        let scale = 1 / Double(rows * count)
        for (column, label) in zip(0..<count, labels) {
            let target = Double(label) * (1 - smoothing) + smoothing / 2
            let (z, w) = (Double(logits[column]), weight(column))
            // log(1 + exp(-|z|)) + max(z, 0) is softplus without overflow.
            let rest = log1p(exp(-abs(z)))
            let (positive, negative) = (rest + max(-z, 0), rest + max(z, 0))
            loss += w * target * positive + (1 - target) * negative
            let p = 1 / (1 + exp(-z))
            gradient[column] = Float(scale * (p * (1 - target) - w * target * (1 - p)))
        }
        return loss / Double(count)
    }
}
