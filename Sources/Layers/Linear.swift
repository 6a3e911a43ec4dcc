public import CambiumTorch

/// `y = x Wᵀ + b`; `weight` [out, in], `bias` [out].
public struct Linear {
    let weight: Tensor
    let bias: Tensor?

    /// A layer from `input` to `output` channels.
    public init(
        _ input: Int, _ output: Int, bias: Bool = true,
        weights: Initialization = .truncatedNormal(0.02), biases: Initialization = .zeros,
        in scope: Scope
    ) throws {
        weight = try scope("weight", [output, input], weights)
        self.bias = bias ? try scope("bias", [output], biases) : nil
    }

    /// [..., in] to [..., out].
    public func callAsFunction(_ x: Tensor) throws -> Tensor { try x.linear(weight, bias) }
}
