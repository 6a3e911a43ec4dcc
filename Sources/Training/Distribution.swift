public import Torch

/// This process's part of a run: all of it, or one of several that compute each step together.
public struct Distribution {
    /// The others; nil where there are none.
    public let group: ProcessGroup?

    /// The part of one process in a group, or the whole.
    public init(_ group: ProcessGroup? = nil) { self.group = group }

    /// This process's number, from 0.
    public var rank: Int { group?.rank ?? 0 }
    /// How many processes there are.
    public var size: Int { group?.size ?? 1 }
    /// Whether this process writes files and reports.
    public var leads: Bool { rank == 0 }

    /// The positions of `0..<count` that a process takes: consecutive ones, as even as can be.
    public func share(of count: Int, rank: Int? = nil) -> Range<Int> {
        let rank = rank ?? self.rank
        return (rank * count / size)..<((rank + 1) * count / size)
    }

    /// The rows of all processes, [count, ...], of which this one has its share.
    public func gather(_ rows: Tensor, count: Int) throws -> Tensor {
        guard let group else { return rows }
        let most = (0..<size).map { share(of: count, rank: $0).count }.max() ?? 0
        let missing = most - rows.shape[0]
        // All processes send as many rows; what is too much is cut off again.
        let zeros = [Int](repeating: 0, count: 2 * (rows.rank - 1))
        let padded =
            missing == 0 ? rows : try rows.padded(zeros + [0, missing])
        let parts = try group.gather(padded.contiguous())
        return try Tensor.joined(
            parts.enumerated().map { rank, part in
                try part.sliced(0, 0..<share(of: count, rank: rank).count)
            })
    }

    /// Replaces each tensor by its sum over the processes, all in one message.
    public func sum(_ tensors: [Tensor]) throws {
        guard let group else { return }
        let flat = try Tensor.joined(tensors.map { try $0.detached().reshaped(-1) })
        try group.sum(flat)
        var start = 0
        for tensor in tensors {
            let part = try flat.sliced(0, start..<(start + tensor.count))
            try tensor.overwrite(with: part.viewed(like: tensor))
            start += tensor.count
        }
    }

    /// Replaces each tensor by the leading process's.
    public func synchronize(_ tensors: [Tensor]) throws {
        guard let group else { return }
        for tensor in tensors { try group.broadcast(tensor) }
    }
}
