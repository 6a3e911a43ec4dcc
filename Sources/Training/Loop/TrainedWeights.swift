internal import CambiumEncoders
internal import CambiumLayers
internal import CambiumTorch

/// All numbers that training moves: the model's parameters, their averages, the optimizer's
/// moments, and what the loss brings.
struct TrainedWeights {
    let model: ImageTextModel
    let groups: ParameterGroups
    let optimizer: AdamW
    let ema: EMA?
    /// The model with averaged weights.
    let smoothed: ImageTextModel?
    /// SigLIP's bias, saved with the parameters but no part of the model.
    let logitBias: Tensor?
    static let biasName = "logit_bias"
    /// As SigLIP starts.
    private static let biasStart: Float = -10

    init(_ recipe: Recipe, _ model: ImageTextModel) throws {
        self.model = model
        logitBias =
            recipe.loss.kind == .siglip
            ? try Tensor(Self.biasStart).moved(to: model.device) : nil
        let entries =
            model.parameters.entries + (logitBias.map { [(Self.biasName, $0)] } ?? [])
        groups = try ParameterGroups(recipe.rules, names: entries.map(\.name))
        let frozen = Set(groups.frozen)
        let trained = entries.filter { !frozen.contains($0.name) }
        for (_, tensor) in trained { try tensor.setRequiresGradient() }
        optimizer = try AdamW(
            groups.groups, Dictionary(uniqueKeysWithValues: trained.map { ($0.name, $0.tensor) }))
        // The bias steers training alone: nobody uses a smoothed one.
        let ofModel = trained.filter { $0.name != Self.biasName }
        ema = try recipe.smoothing.map { try EMA(ofModel, decay: $0) }
        smoothed = try ema.map { ema in
            try ImageTextModel(
                model.configuration,
                from: OverlaySource(ema.averages, over: model.parameters.entries))
        }
    }

    /// Parameters under their names, the loss's too.
    var parameters: [(name: String, tensor: Tensor)] {
        model.parameters.entries + (logitBias.map { [(Self.biasName, $0)] } ?? [])
    }

    /// Everything, in an order that all processes share.
    var all: [Tensor] {
        parameters.map(\.tensor) + optimizer.state.map(\.tensor)
            + (ema?.averages.map(\.tensor) ?? [])
    }

    /// What averages the towers' gradients; nil where there is one process or no tower trains.
    /// Scale and bias belong to no tower: their gradients come with the features'.
    func reducer(_ distribution: Distribution) throws -> GradientReducer? {
        guard let group = distribution.group else { return nil }
        let shared =
            [ObjectIdentifier(model.logitScale)] + (logitBias.map { [ObjectIdentifier($0)] } ?? [])
        let towers = parameters.map(\.tensor).filter {
            $0.requiresGradient && !shared.contains(ObjectIdentifier($0))
        }
        return towers.isEmpty ? nil : try GradientReducer(towers, in: group)
    }
}
