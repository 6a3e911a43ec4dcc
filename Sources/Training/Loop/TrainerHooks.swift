public import CambiumEncoders

/// What a trainer needs from the floors it does not know: data, tokens and metrics.
public struct TrainerHooks {
    /// Images in the training split.
    public var count: Int
    /// Token ids of texts.
    public var tokenize: ([String]) throws -> TokenBatch
    /// The batches of an epoch from a given one on; a function of its arguments only.
    public var batches: (_ epoch: Int, _ first: Int) throws -> any BatchSource
    /// Metrics of a model on the validation split, by name.
    public var validate: (ImageTextModel) throws -> [(name: String, value: Double?)]
    /// Seconds since 1970.
    public var clock: () -> Double
    /// Hears the number of each step that begins.
    public var stepped: (Int) -> Void = { _ in }
    /// Surrounds work of this process for which the others wait.
    public var alone: (() throws -> Void) throws -> Void = { try $0() }
    /// Whether the run was asked to stop; it then ends after the step, with a checkpoint.
    public var isStopping: () -> Bool = { false }
    /// Sees what happens; the library never prints.
    public var report: (TrainerEvent) -> Void

    /// All of them.
    public init(
        count: Int, tokenize: @escaping ([String]) throws -> TokenBatch,
        batches: @escaping (Int, Int) throws -> any BatchSource,
        validate: @escaping (ImageTextModel) throws -> [(name: String, value: Double?)],
        clock: @escaping () -> Double, report: @escaping (TrainerEvent) -> Void
    ) {
        (self.count, self.tokenize, self.batches) = (count, tokenize, batches)
        (self.validate, self.clock, self.report) = (validate, clock, report)
    }
}

/// What happens in a run.
public enum TrainerEvent: Sendable {
    /// The run begins or goes on.
    case started(step: Int, steps: Int, stepsPerEpoch: Int, trained: Int, frozen: Int)
    /// A logged step.
    case step(StepRecord)
    /// Metrics on the validation split.
    case evaluated(step: Int, metrics: [(name: String, value: Double?)], isBest: Bool)
    /// A checkpoint stands.
    case saved(step: Int)
    /// A checkpoint could not be written; the run goes on, and tries again at the next.
    case notSaved(step: Int, reason: String)
    /// A step was left out: its loss or its gradients' norm was not finite.
    case skipped(step: Int, loss: Double, norm: Double, keys: [String])
    /// The tracked metric no longer rises: this was the last step.
    case endedEarly(step: Int)
    /// The run goes on with another number of processes.
    case processes(before: Int, now: Int)
}

/// The numbers of a logged step.
public struct StepRecord: Sendable {
    /// Optimizer steps so far, and in the whole run.
    public let step: Int, steps: Int
    /// Passes over the training split, with fractions.
    public let epoch: Double
    /// Mean loss since the last logged step.
    public let loss: Double
    /// The learning rate of this step.
    public let learningRate: Double
    /// Global norm of the gradients before clipping.
    public let gradientNorm: Double
    /// Factor on the cosine, after the step.
    public let temperature: Double
    /// Throughput since the last logged step.
    public let imagesPerSecond: Double
    /// Seconds the rest will take at this pace, evaluations not counted.
    public let secondsLeft: Double
}
