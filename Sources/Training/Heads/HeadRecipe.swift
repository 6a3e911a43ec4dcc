public import CambiumAdapters
internal import Foundation

/// How a head is trained; the defaults are the dermatology document's, with Microsoft's rate.
public struct HeadRecipe: Sendable, Equatable {
    /// What a class's rows weigh in the loss.
    public enum ClassWeights: String, Sendable, CaseIterable {
        /// All rows alike.
        case none
        /// Rows / (classes x rows of the class), scikit-learn's `balanced`; with several labels a
        /// row, negatives / positives of the class for its positives.
        case balanced
        /// By the effective number of samples, beta 0.999 (Cui et al., 2019), of mean 1.
        case effective
    }

    /// Passes over the training rows.
    public var epochs = 10
    /// Rows a step.
    public var batchSize = 32
    /// AdamW's rate.
    public var learningRate = 3e-4
    /// Whether the rate falls to 0 by a half cosine over all steps; else it is constant.
    public var cosine = false
    /// AdamW's decay, of every parameter, as the samples have it.
    public var weightDecay = 0.01
    /// Decides the first weights and the order of rows.
    public var seed: UInt64 = 42
    /// Epochs without a better validation metric before it stops; nil never stops early.
    public var patience: Int?
    /// The validation metric that decides which epoch is kept.
    public var trackedMetric = "accuracy"
    /// What a class's rows weigh.
    public var classWeights = ClassWeights.none
    /// The share of the target that is spread over all classes.
    public var smoothing = 0.0
    /// The focal loss's exponent; 0 is cross-entropy.
    public var focus = 0.0
    /// Logit adjustment: how often the logarithm of a class's share is added to its logit while
    /// training; 0 is none, 1 balances errors over classes.
    public var adjustment = 0.0

    /// The defaults above.
    public init() {}

    /// The loss for rows of these classes.
    public func loss(_ rows: HeadRows, classes: Int) -> HeadLoss {
        var loss = HeadLoss()
        (loss.smoothing, loss.focus) = (smoothing, focus)
        let counts = Self.counts(rows.targets, classes)
        loss.classWeights = weights(counts, rows: rows)
        if adjustment != 0 {
            let total = Double(counts.reduce(0, +))
            // A class without rows counts as having one: its logarithm must be finite.
            loss.adjustment = counts.map {
                Float(adjustment * log(Double(max($0, 1)) / total))
            }
        }
        return loss
    }

    private static func counts(_ targets: HeadTargets, _ classes: Int) -> [Int] {
        var counts = [Int](repeating: 0, count: classes)
        switch targets {
        case .classes(let columns): for column in columns { counts[column] += 1 }
        case .labels(let labels):
            for (index, label) in labels.enumerated() where label > 0.5 {
                counts[index % classes] += 1
            }
        }
        return counts
    }

    private func weights(_ counts: [Int], rows: HeadRows) -> [Float]? {
        if case .labels = rows.targets, classWeights != .none {
            return counts.map { Float(Double(rows.count - $0) / Double(max($0, 1))) }
        }
        switch classWeights {
        case .none: return nil
        case .balanced:
            return counts.map {
                $0 == 0 ? 0 : Float(Double(rows.count) / Double(counts.count * $0))
            }
        case .effective:
            let raw = counts.map { $0 == 0 ? 0 : (1 - 0.999) / (1 - pow(0.999, Double($0))) }
            let mean = raw.reduce(0, +) / Double(max(1, counts.filter { $0 > 0 }.count))
            return raw.map { Float($0 / mean) }
        }
    }
}
