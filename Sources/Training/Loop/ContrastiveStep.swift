package import CambiumEncoders
internal import CambiumLayers
package import CambiumTorch

/// Loss and gradients of one batch, which may be spread over processes and cut into micro-batches:
/// the same numbers as of the whole batch in one piece.
///
/// Every process gathers all features and takes the loss of its own rows; the features' gradients
/// are summed over the processes, and each carries those of its own rows into its towers.
package struct ContrastiveStep {
    private let model: ImageTextModel
    private let loss: ContrastiveLoss
    private let logitBias: Tensor?
    private let distribution: Distribution
    private let reducer: GradientReducer?
    private let microBatch: Int
    private let precision: Precision
    private let tokenize: ([String]) throws -> TokenBatch

    /// What a step found.
    package struct Result {
        /// The loss of the whole batch.
        package let loss: Double
        /// How many processes want to stop after this step.
        package let stopping: Int
    }

    /// - Parameters:
    ///   - logitBias: SigLIP's, which belongs to the loss and not to the model.
    ///   - reducer: averages the towers' gradients over the processes.
    ///   - microBatch: samples that pass through a tower at once.
    package init(
        model: ImageTextModel, loss: ContrastiveLoss, logitBias: Tensor?,
        distribution: Distribution, reducer: GradientReducer?, microBatch: Int,
        precision: Precision, tokenize: @escaping ([String]) throws -> TokenBatch
    ) {
        (self.model, self.loss, self.logitBias) = (model, loss, logitBias)
        (self.distribution, self.reducer, self.microBatch) = (distribution, reducer, microBatch)
        (self.precision, self.tokenize) = (precision, tokenize)
    }

    /// Leaves the gradients, times `scale`, in the parameters; none where the loss is not finite.
    /// - Parameters:
    ///   - shape: of one image, [3, height, width].
    ///   - wantsStop: whether this process was asked to stop.
    package func callAsFunction(
        _ batch: TrainingBatch, shape: [Int], seed: UInt64, step: Int, scale: Double,
        wantsStop: Bool
    ) throws -> Result {
        let (count, rows) = (batch.labels.count, batch.rows)
        var images = imagePass(batch, shape, seed, step)
        let texts = SharedTexts(batch.texts)
        var textPass = TowerPass(count: texts.unique.count, size: microBatch) { range in
            try precision.run { try model.embed(texts: tokenize(Array(texts.unique[range]))) }
        }
        let positions = try Tensor(texts.positions, [rows.count]).moved(to: model.device)
        let ownImages = try images.features()
        let ownTexts = try textPass.features()
        let all = try (
            leaf(distribution.gather(ownImages, count: count)),
            leaf(distribution.gather(ownTexts.rows(positions), count: count))
        )
        let found = try gradients(all, batch, wantsStop)
        guard found.result.loss.isFinite else { return found.result }

        // The reducer divides by the number of processes; a sum is wanted.
        let factor = scale * Double(reducer == nil ? 1 : distribution.size)
        try scaleSharedGradients(by: scale)
        let imageGradient = try found.images.sliced(0, rows) * factor
        let textGradient =
            try Tensor.zeros(
                ownTexts.shape, type: ownTexts.type ?? .float32, device: model.device
            ).addingRows(found.texts.sliced(0, rows), at: positions) * factor
        // All but each tower's last part stay here; those are averaged with what the last bring.
        let (lastImages, lastTexts) = (images.parts.count - 1, textPass.parts.count - 1)
        try images.backward(imageGradient, parts: 0..<lastImages)
        try textPass.backward(textGradient, parts: 0..<lastTexts)
        try reducer?.begin()
        try images.backward(imageGradient, parts: lastImages..<(lastImages + 1))
        try textPass.backward(textGradient, parts: lastTexts..<(lastTexts + 1))
        return found.result
    }

    private func imagePass(
        _ batch: TrainingBatch, _ shape: [Int], _ seed: UInt64, _ step: Int
    ) -> TowerPass {
        let (size, first) = (shape.reduce(1, *), batch.rows.lowerBound)
        return TowerPass(count: batch.rows.count, size: microBatch) { range in
            let pixels = (range.lowerBound * size)..<(range.upperBound * size)
            let noise = StepNoise(
                seed: seed, step: step, batch: batch.labels.count,
                rows: (first + range.lowerBound)..<(first + range.upperBound))
            let images = try batch.pixels[pixels].withUnsafeBytes { bytes in
                try Tensor(bytes: bytes, type: .float32, shape: [range.count] + shape)
            }.moved(to: model.device).converted(to: model.logitScale.type ?? .float32)
            return try precision.run { try model.embed(images: images, .training(noise)) }
        }
    }

    private func leaf(_ features: Tensor) throws -> Tensor {
        let leaf = try features.detached()
        try leaf.setRequiresGradient()
        return leaf
    }

    /// The loss of the whole batch and its gradients with respect to all features; those of scale
    /// and bias are in the parameters.
    private func gradients(
        _ all: (images: Tensor, texts: Tensor), _ batch: TrainingBatch, _ wantsStop: Bool
    ) throws -> (result: Result, images: Tensor, texts: Tensor) {
        let part = try loss(
            images: all.images, texts: all.texts, labels: batch.labels, shares: batch.shares,
            rows: batch.rows, logitScale: model.logitScale, logitBias: logitBias)
        try part.backward()
        guard let images = try all.images.gradient(), let texts = try all.texts.gradient() else {
            throw TrainingError.run(path: "loss", reason: "gave no gradient for the features")
        }
        let shared = try sharedParameters.compactMap { try $0.gradient() }
        let value = try part.detached().copied()
        let stop = try Tensor(wantsStop ? 1.0 : 0).converted(to: value.type ?? .float32)
            .moved(to: value.device)
        try withoutGradients { try distribution.sum([images, texts, value, stop] + shared) }
        let result = Result(loss: try value.item(), stopping: Int(try stop.item()))
        return (result, images, texts)
    }

    /// What belongs to no tower; their gradients are summed with those of the features.
    private var sharedParameters: [Tensor] {
        [model.logitScale, logitBias].compactMap { $0 }.filter(\.requiresGradient)
    }

    private func scaleSharedGradients(by scale: Double) throws {
        guard scale != 1 else { return }
        try withoutGradients {
            for gradient in try sharedParameters.compactMap({ try $0.gradient() }) {
                try gradient.overwrite(with: gradient * scale)
            }
        }
    }
}

/// The texts of a batch, each once: a text that several images share is encoded once, which gives
/// the same features and gradients.
private struct SharedTexts {
    let unique: [String]
    /// For each image, which of them.
    let positions: [Int]

    init(_ texts: [String]) {
        unique = Array(Set(texts)).sorted()
        let places = Dictionary(uniqueKeysWithValues: unique.enumerated().map { ($1, $0) })
        positions = texts.map { places[$0] ?? 0 }
    }
}
