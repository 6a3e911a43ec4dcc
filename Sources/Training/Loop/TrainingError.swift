/// Why a training run cannot start or go on.
public enum TrainingError: Error, Equatable, CustomStringConvertible {
    /// A pattern of the recipe does nothing.
    case pattern(key: String, pattern: String, reason: String)
    /// The recipe asks for what does not fit.
    case recipe(path: String, reason: String)
    /// Loss or gradients stayed infinite or not a number for so many steps.
    case notFinite(step: Int, steps: Int, value: Double, keys: [String])
    /// The run folder cannot be used.
    case run(path: String, reason: String)

    /// The sentence shown to the user.
    public var description: String {
        switch self {
        case .pattern(let key, let pattern, let reason):
            "CUSTOMIZED_PARAMS_CONF.\(key): \(pattern) \(reason)"
        case .recipe(let path, let reason): "\(path): \(reason)"
        case .notFinite(let step, let steps, let value, let keys):
            "step \(step): the loss is \(value), the \(steps). step in a row without a finite loss "
                + "and gradient; the newest checkpoint is good: lower START_LEARNING_RATE or "
                + "GRAD_CLIPPING, and look at the batch: \(keys.prefix(8).joined(separator: ", "))"
        case .run(let path, let reason): "\(path): \(reason)"
        }
    }
}
