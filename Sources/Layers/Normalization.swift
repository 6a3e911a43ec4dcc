public import CambiumTorch

/// Layer normalisation over channels (Ba et al., 2016); `weight` [channels], `bias` [channels].
///
/// In half precision the statistics are taken in float32 and the affine part is applied in the
/// input's own type, as MedImageInsight's text encoder does.
public struct LayerNorm {
    let weight: Tensor
    let bias: Tensor
    let epsilon: Double

    /// Over the last dimension; 1e-5 in the image tower, 1e-12 in the text tower.
    public init(_ channels: Int, epsilon: Double = 1e-5, in scope: Scope) throws {
        weight = try scope("weight", [channels], .ones)
        bias = try scope("bias", [channels], .zeros)
        self.epsilon = epsilon
    }

    /// [..., channels] to the same shape.
    public func callAsFunction(_ x: Tensor) throws -> Tensor {
        guard let type = x.type, type == .float16 || type == .bfloat16 else {
            return try x.layerNorm(weight, bias, epsilon: epsilon)
        }
        let normal = try x.converted(to: .float32).layerNorm(nil, nil, epsilon: epsilon)
        return try normal.converted(to: type) * weight + bias
    }
}
