/// Ends a run whose tracked metric no longer rises.
public struct EarlyStopping: Sendable, Equatable {
    /// Evaluations in a row without a better value after which the run ends.
    public var patience: Int
    /// By how much a value must exceed the best before it counts as better.
    public var minimumGain: Double

    /// Waits for `patience` evaluations.
    /// - Precondition: `patience` is positive and `minimumGain` not negative.
    public init(patience: Int, minimumGain: Double = 0) {
        precondition(patience > 0 && minimumGain >= 0, "patience is from 1, a gain from 0")
        (self.patience, self.minimumGain) = (patience, minimumGain)
    }

    /// What must be kept with a checkpoint for a resumed run to end where the other would have.
    public struct Progress: Sendable, Equatable {
        /// The value that others must exceed, nil before the first.
        public var best: Double?
        /// Evaluations since it was reached.
        public var waited = 0

        /// A run without an evaluation.
        public init(best: Double? = nil, waited: Int = 0) {
            (self.best, self.waited) = (best, waited)
        }
    }

    /// Counts an evaluation. A value that is undefined or not a number is no better one.
    /// - Returns: whether the run ends now.
    public func ends(after value: Double?, _ progress: inout Progress) -> Bool {
        if let value, !value.isNaN, progress.best.map({ value > $0 + minimumGain }) ?? true {
            progress = Progress(best: value)
        } else {
            progress.waited += 1
        }
        return progress.waited >= patience
    }
}
