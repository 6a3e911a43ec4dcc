internal import CambiumLayers
internal import CambiumTorch

/// Two dense layers with the exact GELU between them.
struct FeedForward {
    let fc1: Linear
    let fc2: Linear

    init(_ channels: Int, hidden: Int, in scope: Scope) throws {
        fc1 = try Linear(channels, hidden, in: scope.at("fc1"))
        fc2 = try Linear(hidden, channels, in: scope.at("fc2"))
    }

    func callAsFunction(_ x: Tensor) throws -> Tensor { try fc2(fc1(x).gelu()) }
}

/// One DaViT block: position by depth-wise convolution, attention, position again, feed-forward,
/// each added to what came in (pre-norm). Works on maps [B, H, W, C].
struct DaViTBlock {
    /// Spatial blocks attend within windows, channel blocks between channels.
    enum Attention {
        case window(WindowAttention)
        case channel(ChannelAttention)

        func callAsFunction(_ map: Tensor) throws -> Tensor {
            switch self {
            case .window(let attention): return try attention(map)
            case .channel(let attention):
                let shape = map.shape
                let mixed = try attention(map.reshaped(shape[0], shape[1] * shape[2], shape[3]))
                return try mixed.reshaped(shape[0], shape[1], shape[2], shape[3])
            }
        }
    }

    let conv1: DepthwiseConv
    let norm1: LayerNorm
    let attention: Attention
    let conv2: DepthwiseConv
    let norm2: LayerNorm
    let ffn: FeedForward
    let dropPath: DropPath

    /// The spatial block of a pair.
    static func spatial(
        _ channels: Int, heads: Int, window: Int, mlpRatio: Int, dropPath: Double, in scope: Scope
    ) throws -> DaViTBlock {
        try DaViTBlock(channels, mlpRatio, dropPath, scope, branch: scope.at("window_attn")) {
            .window(try WindowAttention(channels, heads: heads, window: window, in: $0))
        }
    }

    /// The channel block of a pair.
    static func channel(
        _ channels: Int, groups: Int, mlpRatio: Int, dropPath: Double, in scope: Scope
    ) throws -> DaViTBlock {
        try DaViTBlock(channels, mlpRatio, dropPath, scope, branch: scope.at("channel_attn")) {
            .channel(try ChannelAttention(channels, groups: groups, in: $0))
        }
    }

    private init(
        _ channels: Int, _ mlpRatio: Int, _ dropPath: Double, _ scope: Scope, branch: Scope,
        _ attention: (Scope) throws -> Attention
    ) throws {
        conv1 = try DepthwiseConv(channels, in: scope.at("conv1").at("fn"))
        norm1 = try LayerNorm(channels, in: branch.at("norm"))
        self.attention = try attention(branch.at("fn"))
        conv2 = try DepthwiseConv(channels, in: scope.at("conv2").at("fn"))
        norm2 = try LayerNorm(channels, in: scope.at("ffn").at("norm"))
        ffn = try FeedForward(
            channels, hidden: channels * mlpRatio, in: scope.at("ffn").at("fn").at("net"))
        self.dropPath = DropPath(dropPath)
    }

    /// `map` [B, H, W, C] to the same shape.
    func callAsFunction(_ map: Tensor, _ phase: Phase) throws -> Tensor {
        var x = try map + conv1(map)
        x = try x + dropPath(attention(norm1(x)), phase)
        x = try x + conv2(x)
        return try x + dropPath(ffn(norm2(x)), phase)
    }
}
