internal import CambiumFiles

/// How a stage ended, and what it took.
public struct StageEnd: Sendable, Equatable {
    /// How it ended.
    public enum Outcome: Sendable, Equatable {
        case success
        /// Its own error line, or how its process ended.
        case failure(String)
        /// A signal asked the run to stop.
        case interrupted
    }

    /// How it ended.
    public let outcome: Outcome
    /// By the clock.
    public let seconds: Double
    /// On all cores.
    public let processorSeconds: Double
    /// The largest resident set of one of its processes.
    public let peakBytes: Int

    /// An end.
    public init(
        _ outcome: Outcome, seconds: Double, processorSeconds: Double, peakBytes: Int
    ) {
        (self.outcome, self.seconds) = (outcome, seconds)
        (self.processorSeconds, self.peakBytes) = (processorSeconds, peakBytes)
    }
}

/// Starts the stages' processes: the program's part of a run.
public protocol StageRunner {
    /// Begins a stage.
    /// - Parameters:
    ///   - index: its number.
    ///   - resuming: whether it goes on where it was stopped.
    func start(_ index: Int, _ stage: Stage, resuming: Bool) throws
    /// Waits a moment; gives the stages that have ended since.
    func wait() throws -> [(index: Int, end: StageEnd)]
    /// Whether a signal asks to begin nothing more.
    var isStopping: Bool { get }
    /// Threads that a stage is given, nil where it chooses.
    func threads(_ index: Int) -> Int?
}

/// What happens in a run.
public enum StageEvent: Sendable, Equatable {
    case unchanged
    case started([Reason], resuming: Bool)
    case finished(StageRecord)
    /// The sentence says why.
    case failed(String)
    case interrupted
    /// A stage that it needs did not finish.
    case blocked(by: String)
}
