internal import CambiumTorch

/// The batches of a long table, dealt out to the processes in turn: process r computes batches r,
/// r + size and on, each of them the batch that one process alone would compute, so that its bytes
/// are the same. After every round the leading process gets the round's rows in their order; no
/// more than that is in memory.
public struct DealtBatches: Sendable {
    /// Rows of the table.
    public let count: Int
    /// Rows of a batch; the last one holds what is left.
    public let batchSize: Int
    private let rank: Int
    private let size: Int

    /// The batches of one process among those of `distribution`.
    public init(count: Int, batchSize: Int, in distribution: Distribution) {
        (self.count, self.batchSize) = (count, max(1, batchSize))
        (rank, size) = (distribution.rank, distribution.size)
    }

    /// The rows that this process computes, whole batches in their order.
    public var own: [Int] {
        stride(from: rank, to: batches, by: size).flatMap { Array(rows(of: $0)) }
    }

    /// Computes this process's batches and brings all of them to the leading one.
    /// - Parameters:
    ///   - width: values a row.
    ///   - compute: gives the rows ``own`` to its argument, a batch [rows, width] at a time.
    ///   - take: gets the rows of all batches in order; called by the leading process only.
    public func gather(
        width: Int, in distribution: Distribution,
        compute: (_ give: @escaping (_ batch: [Float]) throws -> Void) throws -> Void,
        take: @escaping (_ batch: [Float]) throws -> Void
    ) throws {
        guard distribution.group != nil else { return try compute(take) }
        var round = 0
        func exchange(_ batch: [Float]) throws {
            try self.exchange(batch, round, width, distribution, take)
            round += 1
        }
        try compute(exchange)
        // Others may have one batch more.
        while round * size < batches { try exchange([]) }
    }

    private func exchange(
        _ batch: [Float], _ round: Int, _ width: Int, _ distribution: Distribution,
        _ take: ([Float]) throws -> Void
    ) throws {
        let most = min(batchSize, count)
        let zeros = [Float](repeating: 0, count: most * width - batch.count)
        let own = try Tensor(batch + zeros, [most, width])
        guard let parts = try distribution.group?.gather(own), distribution.leads else { return }
        for (rank, part) in parts.enumerated() {
            let rows = rows(of: round * size + rank)
            if !rows.isEmpty { try take(part.sliced(0, 0..<rows.count).array()) }
        }
    }

    private var batches: Int { (count + batchSize - 1) / batchSize }

    /// The rows of a batch, none past the last.
    private func rows(of batch: Int) -> Range<Int> {
        min(batch * batchSize, count)..<min((batch + 1) * batchSize, count)
    }
}
