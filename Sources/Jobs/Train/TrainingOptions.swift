/// What a training run is told beside its recipe.
public struct TrainingOptions: Sendable {
    /// The recipe, a YAML file.
    public var recipe: String
    /// Values of the recipe to change, `KEY.KEY=VALUE` each.
    public var overrides: [String] = []
    /// The run folder; nil: the recipe's SAVE_DIR.
    public var out: String?
    /// Whether to go on from the newest checkpoint of the run folder.
    public var isResuming = false

    /// A run as a recipe says.
    public init(recipe: String) { self.recipe = recipe }
}

/// How a training run ended.
public enum TrainingEnd: Sendable, Equatable {
    /// All steps are done; the best model is in this folder.
    case finished(model: String)
    /// It was asked to stop; a checkpoint of its last step is in the run folder.
    case stopped(step: Int, run: String, signal: Int32)
}

/// The way to ask a job to stop in order: it ends after what it has begun.
public struct StopRequest: Sendable {
    /// Never asks.
    public static let never = StopRequest(heeded: {}, signal: { nil })

    /// Told once the job heeds requests: before, ending the process loses nothing.
    let heeded: @Sendable () -> Void
    /// The signal that asks to stop, nil while there is none.
    let signal: @Sendable () -> Int32?

    /// A way to ask.
    /// - Parameters:
    ///   - heeded: called once the job heeds requests; before, ending the process loses nothing.
    ///   - signal: the number of the signal that asks to stop, nil while there is none; asked
    ///     again and again.
    public init(
        heeded: @escaping @Sendable () -> Void, signal: @escaping @Sendable () -> Int32?
    ) {
        (self.heeded, self.signal) = (heeded, signal)
    }
}
