public import CambiumTorch

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
    /// - Parameter piece: positions that stay together, counted from 0 on.
    public func share(of count: Int, rank: Int? = nil, inPieces piece: Int = 1) -> Range<Int> {
        let (rank, pieces) = (rank ?? self.rank, (count + piece - 1) / piece)
        let (first, last) = (rank * pieces / size, (rank + 1) * pieces / size)
        return min(first * piece, count)..<min(last * piece, count)
    }

    /// The rows of all processes, [count, ...], of which this one has its share.
    public func gather(_ rows: Tensor, count: Int, inPieces piece: Int = 1) throws -> Tensor {
        guard let group else { return rows }
        let shares = (0..<size).map { share(of: count, rank: $0, inPieces: piece).count }
        let most = shares.max() ?? 0
        let missing = most - rows.shape[0]
        // All processes send as many rows; what is too much is cut off again.
        let zeros = [Int](repeating: 0, count: 2 * (rows.rank - 1))
        let padded =
            missing == 0 ? rows : try rows.padded(zeros + [0, missing])
        let parts = try group.gather(padded.contiguous())
        return try Tensor.joined(
            zip(parts, shares).map { part, share in try part.sliced(0, 0..<share) })
    }

    /// Rows [count, width] of all processes from each one's share, row-major.
    public func gather<Value: Element>(
        _ rows: [Value], width: Int, count: Int, inPieces piece: Int = 1
    ) throws -> [Value] {
        guard group != nil else { return rows }
        let own = try Tensor(rows, [rows.count / width, width])
        return try gather(own, count: count, inPieces: piece).array(of: Value.self)
    }

    /// Replaces each tensor by its sum over the processes, all in one message.
    public func sum(_ tensors: [Tensor]) throws {
        guard let group else { return }
        let flat = try Tensor.joined(tensors.map { try $0.detached().reshaped(-1) })
        try group.sum(flat)
        var start = 0
        for tensor in tensors {
            let part = try flat.sliced(0, start..<(start + tensor.count))
            try tensor.overwrite(with: part.reshaped(to: tensor.shape))
            start += tensor.count
        }
    }

    /// Replaces each tensor by the leading process's.
    public func synchronize(_ tensors: [Tensor]) throws {
        guard let group else { return }
        try withoutGradients { for tensor in tensors { try group.broadcast(tensor) } }
    }

    /// Numbers as the leading process has them; what it has not is not a number.
    func agreed(_ numbers: [Double]) throws -> [Double] {
        guard let group else { return numbers }
        let tensor = try Tensor(numbers, [numbers.count])
        try group.broadcast(tensor)
        return try tensor.array(of: Double.self)
    }

    /// Metrics as the leading process measured them.
    func agreed(
        _ metrics: [(name: String, value: Double?)]
    ) throws -> [(name: String, value: Double?)] {
        let values = try agreed(metrics.map { $0.value ?? .nan })
        return zip(metrics, values).map { ($0.name, $1.isNaN ? nil : $1) }
    }

    /// The state as the leading process found it.
    func agreed(_ state: RunState) throws -> RunState {
        let numbers = try agreed([
            Double(state.step), state.best ?? .nan, state.bestStep.map(Double.init) ?? .nan,
            Double(state.skipped), Double(state.skippedInRow), state.scaler.scale,
            Double(state.scaler.steps), Double(state.processes),
            state.waiting.best ?? .nan, Double(state.waiting.waited),
        ])
        // What only the leading process uses stays.
        var agreed = state
        agreed.step = Int(numbers[0])
        agreed.best = numbers[1].isNaN ? nil : numbers[1]
        agreed.bestStep = numbers[2].isNaN ? nil : Int(numbers[2])
        (agreed.skipped, agreed.skippedInRow) = (Int(numbers[3]), Int(numbers[4]))
        agreed.scaler = GradientScaler(scale: numbers[5], steps: Int(numbers[6]))
        agreed.processes = Int(numbers[7])
        agreed.waiting = EarlyStopping.Progress(
            best: numbers[8].isNaN ? nil : numbers[8], waited: Int(numbers[9]))
        return agreed
    }
}
