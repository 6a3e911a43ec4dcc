public import CambiumTorch

/// A two-dimensional convolution; `weight` [out, in / groups, kernel, kernel], `bias` [out].
public struct Conv2d {
    let weight: Tensor
    let bias: Tensor
    let stride: Int
    let padding: Int
    let groups: Int

    /// A layer from `input` to `output` channels.
    public init(
        _ input: Int, _ output: Int, kernel: Int, stride: Int = 1, padding: Int = 0,
        groups: Int = 1, in scope: Scope
    ) throws {
        weight = try scope("weight", [output, input / groups, kernel, kernel], .normal(0.02))
        bias = try scope("bias", [output], .zeros)
        (self.stride, self.padding, self.groups) = (stride, padding, groups)
    }

    /// [batch, in, height, width] to [batch, out, height', width'].
    public func callAsFunction(_ x: Tensor) throws -> Tensor {
        try x.conv2d(weight, bias, stride: stride, padding: padding, groups: groups)
    }
}

/// A one-dimensional convolution; `weight` [out, in, kernel], `bias` [out].
public struct Conv1d {
    let weight: Tensor
    let bias: Tensor
    let padding: Int

    /// A layer from `input` to `output` channels.
    public init(
        _ input: Int, _ output: Int, kernel: Int, padding: Int = 0, in scope: Scope
    ) throws {
        weight = try scope("weight", [output, input, kernel], .fanIn(input * kernel))
        bias = try scope("bias", [output], .fanIn(input * kernel))
        self.padding = padding
    }

    /// [batch, in, length] to [batch, out, length'].
    public func callAsFunction(_ x: Tensor) throws -> Tensor {
        try x.conv1d(weight, bias, padding: padding)
    }
}

/// A depth-wise 3x3 convolution over a token map, residual branch of DaViT's position encoding.
public struct DepthwiseConv {
    let dw: Conv2d

    /// One kernel a channel.
    public init(_ channels: Int, in scope: Scope) throws {
        dw = try Conv2d(
            channels, channels, kernel: 3, padding: 1, groups: channels, in: scope.at("dw"))
    }

    /// `map` [batch, height, width, channels], read in place as channels-last.
    public func callAsFunction(_ map: Tensor) throws -> Tensor {
        try dw(map.permuted(0, 3, 1, 2)).permuted(0, 2, 3, 1)
    }
}
