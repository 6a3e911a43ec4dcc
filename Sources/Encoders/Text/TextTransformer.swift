public import CambiumLayers
public import CambiumTorch

/// The shape of a text encoder, as MedImageInsight's `LANG_ENCODER` states it.
public struct TextConfiguration: Sendable, Equatable {
    /// Tokens of a text, start and end included.
    public var contextLength = 77
    /// Tokens of the vocabulary.
    public var vocabulary = 49408
    /// Channels.
    public var width = 1024
    /// Attention heads.
    public var heads = 16
    /// Blocks.
    public var layers = 16

    /// MedImageInsight's own sizes.
    public init() {}

    /// What is wrong with it, in one sentence, or nil.
    var problem: String? {
        if min(contextLength, vocabulary, width, heads, layers) < 1 {
            return "CONTEXT_LENGTH, VOCAB_SIZE, WIDTH, HEADS and LAYERS must be at least 1"
        }
        let limits = [
            ("CONTEXT_LENGTH and VOCAB_SIZE", max(contextLength, vocabulary), 1 << 20),
            ("WIDTH", width, DaViTConfiguration.mostChannels),
            ("LAYERS", layers, DaViTConfiguration.mostBlocks),
        ]
        for (keys, size, most) in limits where size > most {
            return "\(keys) must be at most \(most)"
        }
        return width % heads == 0 ? nil : "WIDTH \(width) is no multiple of HEADS \(heads)"
    }
}

/// Self-attention with the packed projection of `torch.nn.MultiheadAttention`.
struct SelfAttention {
    let inWeight: Tensor
    let inBias: Tensor
    let outProj: Linear
    let heads: Int

    init(_ width: Int, heads: Int, in scope: Scope) throws {
        inWeight = try scope("in_proj_weight", [3 * width, width], .xavierUniform)
        inBias = try scope("in_proj_bias", [3 * width], .zeros)
        outProj = try Linear(width, width, in: scope.at("out_proj"))
        self.heads = heads
    }

    /// `x` [B, L, C]; `mask` [B, 1, 1, L] is true where a key takes part.
    func callAsFunction(_ x: Tensor, mask: Tensor) throws -> Tensor {
        let (b, l, c) = (x.shape[0], x.shape[1], x.shape[2])
        let parts = try x.linear(inWeight, inBias)
            .reshaped(b, l, 3, heads, c / heads).permuted(2, 0, 3, 1, 4).unbound(0)
        let mixed = try Tensor.attention(parts[0], parts[1], parts[2], mask: mask)
        return try outProj(mixed.transposed(1, 2).reshaped(b, l, c))
    }
}

/// A pre-norm transformer block with CLIP's QuickGELU, `x sigmoid(1.702 x)`.
struct TextBlock {
    let ln1: LayerNorm
    let attention: SelfAttention
    let ln2: LayerNorm
    let fc: Linear
    let proj: Linear

    init(_ width: Int, heads: Int, in scope: Scope) throws {
        attention = try SelfAttention(width, heads: heads, in: scope.at("attn"))
        ln1 = try LayerNorm(width, epsilon: 1e-12, in: scope.at("ln_1"))
        fc = try Linear(width, 4 * width, in: scope.at("mlp").at("c_fc"))
        proj = try Linear(4 * width, width, in: scope.at("mlp").at("c_proj"))
        ln2 = try LayerNorm(width, epsilon: 1e-12, in: scope.at("ln_2"))
    }

    func callAsFunction(_ tokens: Tensor, mask: Tensor) throws -> Tensor {
        let x = try tokens + attention(ln1(tokens), mask: mask)
        let hidden = try fc(ln2(x))
        return try x + proj(hidden * (hidden * 1.702).sigmoid())
    }
}

/// MedImageInsight's text encoder: CLIP's transformer, but bidirectional, with the padding
/// masked, norms of epsilon 1e-12, and the first end-of-text token as the text's vector.
public struct TextTransformer {
    let configuration: TextConfiguration
    let tokenEmbedding: Tensor
    let positionalEmbedding: Tensor
    let resblocks: [TextBlock]
    let lnFinal: LayerNorm

    /// An encoder whose parameters stand under MedImageInsight's names, without prefix.
    public init(_ configuration: TextConfiguration, in scope: Scope) throws {
        self.configuration = configuration
        let width = configuration.width
        tokenEmbedding = try scope.at("token_embedding")(
            "weight", [configuration.vocabulary, width], .truncatedNormal(0.02))
        positionalEmbedding = try scope(
            "positional_embedding", [configuration.contextLength, width], .truncatedNormal(0.02))
        resblocks = try (0..<configuration.layers).map { layer in
            try TextBlock(width, heads: configuration.heads, in: scope.at("resblocks").at(layer))
        }
        lnFinal = try LayerNorm(width, epsilon: 1e-12, in: scope.at("ln_final"))
    }

    /// One vector a text, [texts, width], before the projection.
    /// - Throws: ``EncoderError/tokens(_:)`` when the batch does not fit the encoder.
    public func callAsFunction(_ batch: TokenBatch) throws -> Tensor {
        try check(batch)
        let (b, l) = (batch.count, batch.contextLength)
        let device = tokenEmbedding.device
        let ids = try Tensor(batch.ids, [b, l]).moved(to: device)
        let mask = try Tensor(batch.mask, [b, 1, 1, l]).converted(to: .bool).moved(to: device)
        var x = try tokenEmbedding.embedding(ids) + positionalEmbedding
        for block in resblocks { x = try block(x, mask: mask) }
        let positions = batch.ends.enumerated().map { $0.offset * l + $0.element }
        let ends = try Tensor(positions, [b]).moved(to: device)
        // Normalising only what is pooled gives the same numbers: the norm works token by token.
        return try lnFinal(x.reshaped(b * l, configuration.width).rows(ends))
    }

    private func check(_ batch: TokenBatch) throws(EncoderError) {
        guard batch.contextLength == configuration.contextLength, batch.count > 0,
            batch.ids.count == batch.mask.count, batch.ids.count % batch.contextLength == 0
        else {
            throw .tokens(
                "a batch of \(batch.ids.count) ids with context \(batch.contextLength) does not "
                    + "fit an encoder with context \(configuration.contextLength)")
        }
        if let id = batch.ids.first(where: { $0 < 0 || $0 >= configuration.vocabulary }) {
            throw .tokens("token id \(id) is outside a vocabulary of \(configuration.vocabulary)")
        }
    }
}
