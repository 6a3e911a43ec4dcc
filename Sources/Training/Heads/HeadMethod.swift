public import CambiumAdapters

/// A way to come from embeddings with classes to a head, with its settings.
public enum HeadMethod: Sendable, Equatable {
    /// Trained by steps.
    case steps(HeadConfiguration.Kind, HeadRecipe, hidden: Int)
    /// Logistic regression with scikit-learn's C.
    case logistic(strength: Double, HeadRecipe.ClassWeights)
    /// The nearest mean of a class's embeddings, by the cosine.
    case prototype
    /// Tip-Adapter's cache without training: the share of the cache's votes beside the class
    /// texts', and their sharpness.
    case cache(share: Double, beta: Double)

    /// What tables call it.
    public var name: String {
        switch self {
        case .steps(let kind, _, _): kind.rawValue
        case .logistic: "logistic"
        case .prototype: "prototype"
        case .cache: HeadConfiguration.Kind.tipAdapter.rawValue
        }
    }
}

/// Its settings, as `config.json` holds them: the compiler's own form of an enumeration is another.
extension HeadMethod: Encodable {
    private enum CodingKeys: String, CodingKey {
        case head, strength, share, beta
        case hidden = "hidden_dim"
        case classWeights = "class_weights"
    }

    /// Writes the head's name and its settings.
    public func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: CodingKeys.self)
        try members.encode(name, forKey: .head)
        switch self {
        case .steps(_, let recipe, let hidden):
            try recipe.encode(to: encoder)
            try members.encode(hidden, forKey: .hidden)
        case .logistic(let strength, let weights):
            try members.encode(strength, forKey: .strength)
            try members.encode(weights.rawValue, forKey: .classWeights)
        case .prototype: break
        case .cache(let share, let beta):
            try members.encode(share, forKey: .share)
            try members.encode(beta, forKey: .beta)
        }
    }
}

extension HeadRecipe: Encodable {
    private enum CodingKeys: String, CodingKey {
        case epochs, seed, patience, schedule
        case batchSize = "batch_size"
        case learningRate = "learning_rate"
        case weightDecay = "weight_decay"
        case trackedMetric = "tracked_metric"
        case classWeights = "class_weights"
        case smoothing = "label_smoothing"
        case focus = "focal_gamma"
        case adjustment = "logit_adjustment"
    }

    /// Writes the settings by name. What an earlier version could not say is said only where it is
    /// not off.
    public func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: CodingKeys.self)
        try members.encode(epochs, forKey: .epochs)
        try members.encode(batchSize, forKey: .batchSize)
        try members.encode(learningRate, forKey: .learningRate)
        try members.encode(weightDecay, forKey: .weightDecay)
        try members.encode(Int(clamping: seed), forKey: .seed)
        try members.encode(trackedMetric, forKey: .trackedMetric)
        try members.encode(patience, forKey: .patience)
        if cosine { try members.encode("cosine", forKey: .schedule) }
        if classWeights != .none {
            try members.encode(classWeights.rawValue, forKey: .classWeights)
        }
        if smoothing != 0 { try members.encode(smoothing, forKey: .smoothing) }
        if focus != 0 { try members.encode(focus, forKey: .focus) }
        if adjustment != 0 { try members.encode(adjustment, forKey: .adjustment) }
    }
}

/// Embeddings of the class texts, for heads that start from the zero-shot classifier.
public struct HeadTexts: Sendable {
    /// Vectors of length 1, row-major [classes, width].
    public let vectors: [Float]
    /// What cosines are multiplied by: exp of the model's logit scale.
    public let scale: Double

    /// Class texts of a model.
    public init(vectors: [Float], scale: Double) {
        (self.vectors, self.scale) = (vectors, scale)
    }

    /// The weights of the zero-shot head.
    var weights: [Float] { vectors.map { Float(Double($0) * scale) } }
}
