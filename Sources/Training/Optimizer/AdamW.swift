public import CambiumTorch

/// AdamW (Loshchilov and Hutter, 2019) over groups of named parameters, with gradient clipping
/// by the global norm before each step.
public final class AdamW {
    /// Decay of the first and second moment's averages.
    public let betas: (Double, Double)
    /// Added to the root of the second moment.
    public let epsilon: Double
    /// Steps taken.
    public private(set) var step = 0

    private struct Group {
        let weightDecay: Double
        let rateScale: Double
        let names: [String]
        let parameters: [Tensor]
        let averages: [Tensor]
        let squares: [Tensor]
    }
    private let groups: [Group]

    /// Fresh state for the groups; `parameters` holds every name they mention.
    public init(
        _ groups: [ParameterGroup], _ parameters: [String: Tensor],
        betas: (Double, Double) = (0.9, 0.999), epsilon: Double = 1e-8
    ) throws {
        (self.betas, self.epsilon) = (betas, epsilon)
        self.groups = try groups.map { group in
            let tensors = group.names.compactMap { parameters[$0] }
            func zeros() throws(TorchError) -> [Tensor] {
                try tensors.map { tensor throws(TorchError) in
                    try .zeros(tensor.shape, type: tensor.type ?? .float32, device: tensor.device)
                }
            }
            return Group(
                weightDecay: group.weightDecay, rateScale: group.rateScale, names: group.names,
                parameters: tensors, averages: try zeros(), squares: try zeros())
        }
    }

    /// One step from the accumulated gradients, which are then forgotten. Where their norm is not
    /// finite nothing else happens.
    /// - Parameter scale: the factor that the gradients carry.
    /// - Returns: the gradients' global norm before clipping, without that factor.
    @discardableResult
    public func step(
        learningRate: Double, clipping: Double?, scale: Double = 1
    ) throws -> Double {
        defer { clearGradients() }
        let gradients = try groups.map { group in
            try group.parameters.map { try $0.gradient() }
        }
        let norm = try clip(gradients.flatMap { $0.compactMap { $0 } }, clipping, scale)
        guard norm.isFinite else { return norm }
        step += 1
        for (group, gradients) in zip(groups, gradients) {
            try update(group, gradients, learningRate * group.rateScale)
        }
        return norm
    }

    /// Forgets the accumulated gradients.
    public func clearGradients() {
        for group in groups { group.parameters.forEach { $0.clearGradient() } }
    }

    /// Divides gradients by `scale`, then scales them to a global norm of at most `limit`, as
    /// `clip_grad_norm_` does.
    private func clip(_ gradients: [Tensor], _ limit: Double?, _ scale: Double) throws -> Double {
        guard !gradients.isEmpty else { return 0 }
        let norm = try Foreach.norm(gradients)
        let value = try norm.item() / scale
        var factor = 1 / scale
        if let limit, value + 1e-6 > limit { factor *= limit / (value + 1e-6) }
        if factor != 1, value.isFinite {
            let type = gradients[0].type ?? .float32
            try Foreach.multiply(
                gradients, by: Tensor(factor).converted(to: type).moved(to: norm.device))
        }
        return value
    }

    private func update(_ group: Group, _ gradients: [Tensor?], _ rate: Double) throws {
        let active = gradients.indices.filter { gradients[$0] != nil }
        let count = try Tensor(Float(step)).moved(to: group.parameters.first?.device ?? .cpu)
        // The kernel only reads the step, so one tensor serves all.
        try Foreach.adamW(
            parameters: active.map { group.parameters[$0] },
            gradients: gradients.compactMap { $0 },
            averages: active.map { group.averages[$0] }, squares: active.map { group.squares[$0] },
            steps: active.map { _ in count }, learningRate: rate, beta1: betas.0, beta2: betas.1,
            weightDecay: group.weightDecay, epsilon: epsilon)
    }

    /// Both moments under `exp_avg.NAME` and `exp_avg_sq.NAME`.
    public var state: [(name: String, tensor: Tensor)] {
        groups.flatMap { group in
            zip(group.names, zip(group.averages, group.squares)).flatMap { name, moments in
                [("exp_avg.\(name)", moments.0), ("exp_avg_sq.\(name)", moments.1)]
            }
        }
    }

    /// Takes up where an earlier optimizer stood whose moments are in place.
    public func resume(step: Int) { self.step = step }
}
