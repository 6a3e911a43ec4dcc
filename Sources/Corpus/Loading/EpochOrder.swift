internal import CambiumFiles

/// The order in which rows are visited: a function of seed and epoch alone, so that any epoch can
/// be taken up at any position.
public struct EpochOrder: Sendable, Equatable {
    /// Rows.
    public let count: Int
    /// The seed of the run.
    public let seed: UInt64
    /// Whether rows are shuffled; otherwise every epoch is `0..<count`.
    public let shuffle: Bool

    /// An order of `count` rows.
    public init(count: Int, seed: UInt64, shuffle: Bool = true) {
        (self.count, self.seed, self.shuffle) = (count, seed, shuffle)
    }

    /// The rows of an epoch, each once.
    public func rows(epoch: Int) -> [Int] {
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
