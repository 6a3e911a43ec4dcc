internal import CambiumAdapters

/// Settings of a method that are fitted in one go.
enum HeadFamily {
    case single(HeadMethod)
    case logistic(path: [Double], HeadRecipe.ClassWeights)
    /// Trained once; the epochs after which it is judged. The rate must be constant, so that
    /// a shorter training is the beginning of a longer one.
    case steps(HeadConfiguration.Kind, HeadRecipe, hidden: Int, epochs: [Int])

    var name: String {
        switch self {
        case .single(let method): method.name
        case .logistic(_, let weights):
            "logistic" + (weights == .none ? "" : " (\(weights.rawValue) classes)")
        case .steps(let kind, let recipe, let hidden, _):
            "\(kind.rawValue) (rate \(recipe.learningRate), hidden \(hidden)"
                + (recipe.classWeights == .none
                    ? "" : ", \(recipe.classWeights.rawValue) classes")
                + ")"
        }
    }

    /// What is tried, the quickest first.
    static func all(
        _ scope: HeadSearch.Scope, _ settings: HeadSearch.Settings, _ targets: HeadTargets,
        hasTexts: Bool
    ) -> [HeadFamily] {
        if case (.all, .labels) = (scope, targets) { return multiple(settings) }
        return switch scope {
        case .logistic(let weights): [.logistic(path: LogisticRegression.path, weights)]
        case .cache: caches(hasTexts)
        case .all:
            [.single(.prototype), .logistic(path: LogisticRegression.path, .none)]
                + [steps(.mlpConv, settings, rate: 3e-4)] + caches(hasTexts)
                + (hasTexts ? [steps(.clipAdapter, settings, rate: 1e-3, hidden: 128)] : [])
                + [
                    steps(.mlp, settings, rate: 1e-3), steps(.linear, settings, rate: 1e-2),
                    steps(.mlpConvLean, settings, rate: 1e-3),
                    steps(.mlpConvLean, settings, rate: 1e-4),
                ] + balanced(settings)
        }
    }

    /// Prototypes, caches and the softmax of class texts know one class a row only.
    private static func multiple(_ settings: HeadSearch.Settings) -> [HeadFamily] {
        [
            .logistic(path: LogisticRegression.path, .none),
            steps(.mlpConv, settings, rate: 3e-4), steps(.mlp, settings, rate: 1e-3),
            steps(.linear, settings, rate: 1e-2), steps(.mlpConvLean, settings, rate: 1e-3),
            steps(.mlpConvLean, settings, rate: 1e-4),
            .logistic(path: LogisticRegression.path, .balanced),
        ]
    }

    private static func caches(_ hasTexts: Bool) -> [HeadFamily] {
        let shares = hasTexts ? [1.0, 10, 100] : [1]
        return [2, 5.5, 12, 30, 80].flatMap { beta in
            shares.map { .single(.cache(share: $0, beta: beta)) }
        }
    }

    /// Where rare classes count as much as others, they may weigh more, too.
    private static func balanced(_ settings: HeadSearch.Settings) -> [HeadFamily] {
        guard ["macro_f1", "mcc", "balanced_accuracy"].contains(settings.trackedMetric) else {
            return []
        }
        return [
            .logistic(path: LogisticRegression.path, .balanced),
            steps(.mlp, settings, rate: 1e-3, .balanced),
            steps(.mlpConv, settings, rate: 3e-4, .balanced),
        ]
    }

    private static func steps(
        _ kind: HeadConfiguration.Kind, _ settings: HeadSearch.Settings, rate: Double,
        hidden: Int = 512, _ weights: HeadRecipe.ClassWeights = .none
    ) -> HeadFamily {
        var recipe = HeadRecipe()
        (recipe.seed, recipe.trackedMetric) = (settings.seed, settings.trackedMetric)
        (recipe.learningRate, recipe.classWeights) = (rate, weights)
        return .steps(kind, recipe, hidden: hidden, epochs: [5, 10, 20, 30])
    }
}
