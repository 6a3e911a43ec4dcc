public import CambiumLayers
public import CambiumTorch

/// The patch embedding between stages: a strided convolution with a norm after it (first stage)
/// or before it (the others).
struct PatchEmbedding {
    let proj: Conv2d
    let norm: LayerNorm
    let prenorm: Bool

    init(
        _ input: Int, _ output: Int, kernel: Int, stride: Int, padding: Int, prenorm: Bool,
        in scope: Scope
    ) throws {
        proj = try Conv2d(
            input, output, kernel: kernel, stride: stride, padding: padding, in: scope.at("proj"))
        norm = try LayerNorm(prenorm ? input : output, in: scope.at("norm"))
        self.prenorm = prenorm
    }

    /// `map` [B, H, W, C] to [B, H', W', C'].
    func callAsFunction(_ map: Tensor) throws -> Tensor {
        let x = prenorm ? try norm(map) : map
        let y = try proj(x.permuted(0, 3, 1, 2)).permuted(0, 2, 3, 1)
        return prenorm ? y : try norm(y)
    }
}

/// The Dual Attention Vision Transformer as MedImageInsight and Florence-2 use it (Ding et al.,
/// 2022; channel attention scaled by the number of tokens): four stages of pairs of a spatial
/// and a channel block, the mean over tokens, then a norm.
///
/// Maps flow as [batch, height, width, channels].
public struct DaViT {
    struct Stage {
        let embedding: PatchEmbedding
        let blocks: [DaViTBlock]
    }

    let stages: [Stage]
    let norms: LayerNorm
    /// Whether blocks keep only their inputs while training.
    let checkpoints: Bool

    /// An encoder whose parameters stand under MedImageInsight's names, without prefix.
    public init(_ configuration: DaViTConfiguration, in scope: Scope) throws {
        let rates = Self.dropPathRates(configuration)
        var embeddings: [PatchEmbedding] = []
        for stage in configuration.widths.indices {
            embeddings.append(
                try Self.embedding(configuration, stage, scope.at("convs").at(stage)))
        }
        var stages: [Stage] = []
        for stage in configuration.widths.indices {
            let first = 2 * configuration.depths[..<stage].reduce(0, +)
            let blocks = try (0..<configuration.depths[stage]).flatMap { pair in
                try Self.pair(
                    configuration, stage, Array(rates[(first + 2 * pair)...].prefix(2)),
                    scope.at("blocks").at(stage).at(pair))
            }
            stages.append(Stage(embedding: embeddings[stage], blocks: blocks))
        }
        self.stages = stages
        checkpoints = configuration.checkpoints
        norms = try LayerNorm(configuration.outputWidth, in: scope.at("norms"))
    }

    /// Pooled features [batch, channels] of `images` [batch, 3, height, width].
    public func callAsFunction(_ images: Tensor, _ phase: Phase = .evaluation) throws -> Tensor {
        let map = try features(images, phase)
        return try norms(map.mean(1, 2))
    }

    /// The last stage's map [batch, height, width, channels]; `tap` sees the map after each
    /// patch embedding and each stage, for parity checks.
    public func features(
        _ images: Tensor, _ phase: Phase = .evaluation,
        tap: (String, Tensor) throws -> Void = { _, _ in }
    ) throws -> Tensor {
        var map = try images.permuted(0, 2, 3, 1).contiguous()
        for (index, stage) in stages.enumerated() {
            map = try stage.embedding(map)
            try tap("convs.\(index)", map)
            for block in stage.blocks { map = try pass(map, through: block, phase) }
            try tap("blocks.\(index)", map)
        }
        return map
    }

    private func pass(
        _ map: Tensor, through block: DaViTBlock, _ phase: Phase
    ) throws -> Tensor {
        guard checkpoints, case .training(let noise) = phase else { return try block(map, phase) }
        // The second run draws what the first one drew.
        let start = noise.copy()
        var runs = 0
        return try map.checkpointed { map in
            runs += 1
            return try block(map, .training(runs == 1 ? noise : start.copy()))
        }
    }

    /// Stochastic depth of each block in order, rising linearly from 0 to the configured rate.
    static func dropPathRates(_ configuration: DaViTConfiguration) -> [Double] {
        let count = 2 * configuration.depths.reduce(0, +)
        return (0..<count).map {
            configuration.dropPathRate * Double($0) / Double(max(1, count - 1))
        }
    }

    private static func embedding(
        _ configuration: DaViTConfiguration, _ stage: Int, _ scope: Scope
    ) throws -> PatchEmbedding {
        try PatchEmbedding(
            stage == 0 ? 3 : configuration.widths[stage - 1], configuration.widths[stage],
            kernel: configuration.patchSize[stage], stride: configuration.patchStride[stage],
            padding: configuration.patchPadding[stage],
            prenorm: configuration.patchPrenorm[stage], in: scope)
    }

    private static func pair(
        _ configuration: DaViTConfiguration, _ stage: Int, _ rates: [Double], _ scope: Scope
    ) throws -> [DaViTBlock] {
        let width = configuration.widths[stage]
        return [
            try .spatial(
                width, heads: configuration.heads[stage], window: configuration.window,
                mlpRatio: configuration.mlpRatio, dropPath: rates[0],
                in: scope.at("spatial_block")),
            try .channel(
                width, groups: configuration.groups[stage], mlpRatio: configuration.mlpRatio,
                dropPath: rates[1], in: scope.at("channel_block")),
        ]
    }
}
