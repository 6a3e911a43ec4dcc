internal import CambiumLayers
internal import CambiumTorch

/// Multi-head self-attention within square windows (DaViT, Ding et al., 2022).
///
/// The map is padded with zeros on the right and below, after the norm, and the padding is not
/// masked: padded tokens take part as keys and values, since MedImageInsight trained that way.
/// There is no position bias and no shift.
///
/// `B` images, `H`x`W` tokens, `C` channels, `w` window side, `n` windows, `h` heads.
struct WindowAttention {
    let qkv: Linear
    let proj: Linear
    let heads: Int
    let window: Int

    init(_ channels: Int, heads: Int, window: Int, in scope: Scope) throws {
        qkv = try Linear(channels, 3 * channels, in: scope.at("qkv"))
        proj = try Linear(channels, channels, in: scope.at("proj"))
        (self.heads, self.window) = (heads, window)
    }

    /// `map` [B, H, W, C] to the same shape.
    func callAsFunction(_ map: Tensor) throws -> Tensor {
        let (b, h, w, c) = (map.shape[0], map.shape[1], map.shape[2], map.shape[3])
        let (down, right) = (padding(h), padding(w))
        let padded = down + right > 0 ? try map.padded(0, 0, 0, right, 0, down) : map
        let (rows, columns) = ((h + down) / window, (w + right) / window)

        let parts = try qkv(padded)  // [B, H', W', 3C]
            .reshaped(b, rows, window, columns, window, 3, heads, c / heads)
            .permuted(5, 0, 1, 3, 6, 2, 4, 7)  // [3, B, rows, columns, h, w, w, C/h]
            .reshaped(3, b * rows * columns, heads, window * window, c / heads)
            .unbound(0)
        let mixed = try Tensor.attention(parts[0], parts[1], parts[2])  // [Bn, h, ww, C/h]
            .reshaped(b, rows, columns, heads, window, window, c / heads)
            .permuted(0, 1, 4, 2, 5, 3, 6)  // [B, rows, w, columns, w, h, C/h]
            .reshaped(b, h + down, w + right, c)
        let cropped = try mixed.sliced(1, 0..<h).sliced(2, 0..<w)
        return try proj(cropped)
    }

    private func padding(_ side: Int) -> Int { (window - side % window) % window }
}
