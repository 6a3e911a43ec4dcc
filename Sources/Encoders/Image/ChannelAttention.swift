internal import CambiumLayers
internal import CambiumTorch

/// Attention between channels, in groups, over all tokens of the map.
///
/// The Florence-2 form that MedImageInsight uses: `softmax(scale qᵀk) vᵀ` with scale N^-0.5 for N
/// tokens (original DaViT scales by the group width and scores keys against values instead). The
/// query is scaled before the product: sums over many thousand tokens would not fit half
/// precision otherwise.
///
/// `B` images, `N` tokens, `C` channels, `G` groups.
struct ChannelAttention {
    let qkv: Linear
    let proj: Linear
    let groups: Int

    init(_ channels: Int, groups: Int, in scope: Scope) throws {
        qkv = try Linear(channels, 3 * channels, in: scope.at("qkv"))
        proj = try Linear(channels, channels, in: scope.at("proj"))
        self.groups = groups
    }

    /// `x` [B, N, C] to the same shape.
    func callAsFunction(_ x: Tensor) throws -> Tensor {
        let (b, n, c) = (x.shape[0], x.shape[1], x.shape[2])
        let parts = try qkv(x)
            .reshaped(b, n, 3, groups, c / groups)
            .permuted(2, 0, 3, 4, 1)  // [3, B, G, C/G, N]: channels as the tokens of attention
            .unbound(0)
        let scale = 1 / Double(n).squareRoot()
        let scores = try (parts[0] * scale).matmul(parts[1].transposed(2, 3)).softmax()
        let mixed = try scores.matmul(parts[2])  // [B, G, C/G, N]
        return try proj(mixed.permuted(0, 3, 1, 2).reshaped(b, n, c))
    }
}
