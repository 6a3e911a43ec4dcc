internal import CambiumEncoders
internal import CambiumFiles
internal import CambiumLayers
internal import CambiumTorch

/// When and what to save.
struct CheckpointSaver {
    let store: CheckpointStore
    private let minutes: Double
    private let clock: () -> Double
    private var last: Double

    /// - Parameter minutes: between checkpoints; 0 leaves the time out of it.
    init(_ store: CheckpointStore, minutes: Double, clock: @escaping () -> Double) {
        (self.store, self.minutes, self.clock) = (store, minutes, clock)
        last = clock()
    }

    /// Whether the time for a checkpoint has come.
    var isDue: Bool { minutes > 0 && clock() - last >= 60 * minutes }

    /// Writes a checkpoint. Where that fails the next is due after the set time, not at once.
    mutating func save(_ state: RunState, _ weights: TrainedWeights) throws {
        last = clock()
        try store.save(
            state, model: weights.parameters, optimizer: weights.optimizer.state,
            smoothed: weights.smoothed?.parameters.entries)
    }

    /// Keeps the weights that training starts from as the best so far.
    func saveStart(_ weights: TrainedWeights) throws {
        try store.saveStart(
            model: weights.parameters, smoothed: weights.smoothed?.parameters.entries)
    }

    /// Puts the newest checkpoint's numbers into the weights.
    func restore(_ weights: TrainedWeights, _ state: RunState) throws {
        try withoutGradients {
            try fill(weights.parameters, "model")
            if let ema = weights.ema { try fill(ema.averages, "ema") }
            try fill(weights.optimizer.state, "optimizer")
        }
        try store.settle(state)
    }

    private func fill(_ tensors: CheckpointStore.Tensors, _ part: String) throws {
        let saved = try store.last(part)
        for (name, tensor) in tensors { try tensor.overwrite(with: try saved.tensor(name)) }
    }
}
