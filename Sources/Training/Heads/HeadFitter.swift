public import CambiumAdapters
internal import Foundation

/// Fits one head by any method; what a command and a search have in common.
public struct HeadFitter: Sendable {
    private let width: Int
    private let classes: Int
    private let texts: HeadTexts?
    private let task: HeadConfiguration.Task

    /// A fitter for embeddings of `width` values and so many classes.
    public init(
        width: Int, classes: Int, texts: HeadTexts? = nil,
        task: HeadConfiguration.Task = .single
    ) {
        (self.width, self.classes, self.texts, self.task) = (width, classes, texts, task)
    }

    /// A head whose parameters are known without steps.
    public func fit(_ method: HeadMethod, _ rows: HeadRows) throws -> Head {
        switch method {
        case .steps(let kind, let recipe, let hidden):
            var last = recipe
            // Without validation rows the last epoch counts.
            last.trackedMetric = "epoch"
            var epoch = 0.0
            return try trainer(kind, last, hidden: hidden, rows).train(
                rows,
                judge: { _ in
                    epoch += 1
                    return [("epoch", epoch)]
                }
            ).head
        case .logistic(let strength, let weights):
            return try logistic(rows, path: [strength], weights, tolerance: 1e-8)[0]
        case .prototype: return try prototype(rows)
        case .cache(let share, let beta): return try cache(rows, share: share, beta: beta)
        }
    }

    /// The mean of so many heads that were trained by steps from different first weights, in
    /// different orders; a method without steps has only one outcome.
    public func fit(_ method: HeadMethod, _ rows: HeadRows, members: Int) throws -> Head {
        guard case .steps(let kind, let recipe, let hidden) = method, members > 1 else {
            return try fit(method, rows)
        }
        return try Head.ensemble(
            (0..<members).map { member in
                var own = recipe
                own.seed &+= UInt64(member)
                return try fit(.steps(kind, own, hidden: hidden), rows)
            })
    }

    /// A trainer for a kind of head, started where its kind starts.
    public func trainer(
        _ kind: HeadConfiguration.Kind, _ recipe: HeadRecipe, hidden: Int, _ rows: HeadRows
    ) throws -> HeadTrainer {
        var configuration = base(kind)
        configuration.hidden = hidden
        var known: [String: [Float]] = [:]
        if kind == .tipAdapterFine {
            configuration.cached = rows.count
            configuration.hasTexts = texts != nil
            known = cached(rows, share: 1)
        }
        if kind == .clipAdapter {
            guard texts != nil else {
                throw TrainingError.recipe(
                    path: "--head clip-adapter",
                    reason: "starts from the class texts: name the model that embeds them with "
                        + "--model")
            }
        }
        if let texts { known["text_head.weight"] = texts.weights }
        return HeadTrainer(recipe, configuration, known: known)
    }

    /// Linear heads of logistic regression along a path of strengths.
    public func logistic(
        _ rows: HeadRows, path: [Double], _ weights: HeadRecipe.ClassWeights,
        tolerance: Double
    ) throws -> [Head] {
        var regression = LogisticRegression()
        regression.tolerance = tolerance
        var recipe = HeadRecipe()
        recipe.classWeights = weights
        regression.classWeights = recipe.loss(rows, classes: classes).classWeights
        return try regression.fit(rows, classes: classes, path: path).map { model in
            let (weight, bias) = model.linear(classes: classes)
            return try linear(weight, bias)
        }
    }

    private func base(_ kind: HeadConfiguration.Kind) -> HeadConfiguration {
        var configuration = HeadConfiguration(kind, input: width, classes: classes)
        configuration.task = task
        return configuration
    }

    private func linear(_ weight: [Float], _ bias: [Float]) throws -> Head {
        try Head(base(.linear)) { name, _, _ in name.hasSuffix("weight") ? weight : bias }
    }

    /// A class's mean direction decides by its cosine. The logits' scale is 16; temperature
    /// scaling finds a better one.
    private func prototype(_ rows: HeadRows) throws -> Head {
        var sums = [Double](repeating: 0, count: classes * width)
        var counts = [Int](repeating: 0, count: classes)
        for (row, column) in rows.classes.enumerated() {
            let vector = rows.embeddings[row * width..<(row + 1) * width]
            let length = vector.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
            counts[column] += 1
            for (place, value) in zip((column * width)..., vector) where length > 0 {
                sums[place] += Double(value) / length
            }
        }
        var weight: [Float] = []
        for column in 0..<classes {
            let sum = sums[column * width..<(column + 1) * width]
            let length = sum.reduce(0) { $0 + $1 * $1 }.squareRoot()
            weight += sum.map { length > 0 ? Float(Self.prototypeScale * $0 / length) : 0 }
        }
        // A class without rows must not win by its cosine of 0.
        return try linear(weight, counts.map { $0 == 0 ? Float(-2 * Self.prototypeScale) : 0 })
    }

    private static let prototypeScale = 16.0

    private func cache(_ rows: HeadRows, share: Double, beta: Double) throws -> Head {
        var configuration = base(.tipAdapter)
        (configuration.cached, configuration.beta) = (rows.count, beta)
        configuration.hasTexts = texts != nil
        var known = cached(rows, share: share)
        if let texts { known["text_head.weight"] = texts.weights }
        return try Head(configuration) { name, _, _ in known[name] ?? [] }
    }

    private func cached(_ rows: HeadRows, share: Double) -> [String: [Float]] {
        var values = [Float](repeating: 0, count: classes * rows.count)
        for (row, column) in rows.classes.enumerated() {
            values[column * rows.count + row] = Float(share)
        }
        return ["cache_keys.weight": rows.embeddings, "cache_values.weight": values]
    }
}
