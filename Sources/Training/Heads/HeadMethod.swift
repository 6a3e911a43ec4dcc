public import CambiumAdapters
public import CambiumFiles

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

    /// Its settings, as `config.json` holds them.
    public var json: JSON {
        switch self {
        case .steps(let kind, let recipe, let hidden):
            var members = recipe.json
            members["head"] = .string(kind.rawValue)
            members["hidden_dim"] = .integer(hidden)
            return .object(members)
        case .logistic(let strength, let weights):
            return [
                "head": "logistic", "strength": .number(strength),
                "class_weights": .string(weights.rawValue),
            ]
        case .prototype: return ["head": "prototype"]
        case .cache(let share, let beta):
            return ["head": .string(name), "share": .number(share), "beta": .number(beta)]
        }
    }
}

extension HeadRecipe {
    /// The settings by name.
    public var json: [String: JSON] {
        var members: [String: JSON] = [
            "epochs": .integer(epochs), "batch_size": .integer(batchSize),
            "learning_rate": .number(learningRate), "weight_decay": .number(weightDecay),
            "seed": .integer(Int(clamping: seed)), "tracked_metric": .string(trackedMetric),
            "patience": patience.map(JSON.integer) ?? .null,
        ]
        if cosine { members["schedule"] = "cosine" }
        if classWeights != .none { members["class_weights"] = .string(classWeights.rawValue) }
        if smoothing != 0 { members["label_smoothing"] = .number(smoothing) }
        if focus != 0 { members["focal_gamma"] = .number(focus) }
        if adjustment != 0 { members["logit_adjustment"] = .number(adjustment) }
        return members
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
