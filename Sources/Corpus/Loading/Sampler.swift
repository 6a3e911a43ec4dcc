internal import CambiumFiles

/// How often each class comes in an epoch.
public enum Sampler: String, Sendable, CaseIterable {
    /// As often as it has rows.
    case natural = "default"
    /// Every class equally often.
    case classBalanced = "class-balanced"
    /// In proportion to the square root of its rows (Mahajan and others, 2018).
    case squareRoot = "sqrt"

    /// What a class of `size` rows weighs against the others.
    func weight(_ size: Double) -> Double {
        switch self {
        case .natural: size
        case .classBalanced: 1
        case .squareRoot: size.squareRoot()
        }
    }
}

/// The rows of each epoch by sampler and source weights: a function of seed and epoch alone, so
/// that any epoch can be taken up at any position.
///
/// With the default sampler and every weight 1 it is `EpochOrder`: each row once. Else an epoch
/// has as many rows as the sources' rows times their weights, rounded; each class has its share of
/// them by the sampler, and within a class each source its share by rows times weight. Rows
/// without a class keep the share they have. What an epoch really holds of a share is a whole
/// number less than one away from it. Within a source, and there within a class where the sampler
/// looks at classes, all rows come once before any comes again, over the borders of epochs.
public struct EpochSampler: Sendable {
    /// Rows in an epoch.
    public let count: Int
    private let plain: EpochOrder?
    private let shares: SampledShares
    private let seed: UInt64

    /// Rows of one or several data sets.
    public init(_ split: JoinedSplit, sampler: Sampler, seed: UInt64, shuffle: Bool = true) {
        self.init(
            labels: (0..<split.count).map { split.label($0) }, sources: split.sources,
            sampler: sampler, seed: seed, shuffle: shuffle)
    }

    /// Rows of several sources, one behind the other.
    /// - Parameters:
    ///   - labels: the label of each row.
    ///   - sources: rows and weight of each source.
    ///   - shuffle: whether rows are in random order; rows in their own order are for the default
    ///     sampler with weights of 1 alone.
    public init(
        labels: [RowLabel?], sources: [(count: Int, weight: Double)], sampler: Sampler,
        seed: UInt64, shuffle: Bool = true
    ) {
        precondition(
            sources.reduce(0) { $0 + $1.count } == labels.count, "every row is of one source")
        self.seed = seed
        let isPlain = sampler == .natural && sources.allSatisfy { $0.weight == 1 }
        plain = isPlain ? EpochOrder(count: labels.count, seed: seed, shuffle: shuffle) : nil
        let total = sources.map { (Double($0.count) * $0.weight).rounded() }.reduce(0, +)
        count = isPlain ? labels.count : max(Int(total), 1)
        shares = SampledShares(
            isPlain ? [] : SampledGroup.all(labels, sources, sampler), count: count)
    }

    /// The rows of an epoch.
    public func rows(epoch: Int) -> [Int] {
        if let plain { return plain.rows(epoch: epoch) }
        var rows = shares.rows(epoch: epoch, seed: seed)
        EpochOrder.shuffle(&rows, seed: seed, epoch: epoch)
        return rows
    }
}

/// The order in which rows are visited: a function of seed and epoch alone, so that any epoch can
/// be taken up at any position.
package struct EpochOrder: Sendable, Equatable {
    /// Rows.
    package let count: Int
    /// The seed of the run.
    package let seed: UInt64
    /// Whether rows are shuffled; otherwise every epoch is `0..<count`.
    package let shuffle: Bool

    /// An order of `count` rows.
    package init(count: Int, seed: UInt64, shuffle: Bool = true) {
        (self.count, self.seed, self.shuffle) = (count, seed, shuffle)
    }

    /// The rows of an epoch, each once.
    package func rows(epoch: Int) -> [Int] {
        var rows = Array(0..<count)
        if shuffle { Self.shuffle(&rows, seed: seed, epoch: epoch) }
        return rows
    }

    /// Puts an epoch's rows in its random order.
    static func shuffle(_ rows: inout [Int], seed: UInt64, epoch: Int) {
        var generator = SeededGenerator(
            seed: seed, SeededGenerator.stream("order"), UInt64(bitPattern: Int64(epoch)))
        generator.shuffle(&rows)
    }
}
