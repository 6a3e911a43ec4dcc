/// The functions that layers are made of; names and meanings are `torch.nn.functional`'s.
extension Tensor {
    private static let linearOperator = Operator("linear")
    private static let convolution2D = Operator("conv2d")
    private static let convolution1D = Operator("conv1d")
    private static let normalization = Operator("layer_norm")
    private static let gaussianError = Operator("gelu")
    private static let rectifying = Operator("relu")
    private static let logistic = Operator("sigmoid")
    private static let soft = Operator("softmax", "int")
    private static let logSoft = Operator("log_softmax", "int")
    private static let logLogistic = Operator("log_sigmoid")
    private static let attending = Operator("scaled_dot_product_attention")
    private static let looking = Operator("embedding")
    private static let crossing = Operator("cross_entropy_loss")

    /// `x Wᵀ + b` over the last dimension; `weight` is [out, in].
    public func linear(_ weight: Tensor, _ bias: Tensor? = nil) throws(TorchError) -> Tensor {
        try Self.linearOperator(.tensor(self), .tensor(weight), .optional(bias))
    }

    /// Two-dimensional convolution of [batch, channels, height, width].
    public func conv2d(
        _ weight: Tensor, _ bias: Tensor?, stride: Int = 1, padding: Int = 0, groups: Int = 1
    ) throws(TorchError) -> Tensor {
        try Self.convolution2D(
            .tensor(self), .tensor(weight), .optional(bias), .integers([stride, stride]),
            .integers([padding, padding]), .integers([1, 1]), .integer(groups))
    }

    /// One-dimensional convolution of [batch, channels, length].
    public func conv1d(
        _ weight: Tensor, _ bias: Tensor?, padding: Int = 0
    ) throws(TorchError) -> Tensor {
        try Self.convolution1D(
            .tensor(self), .tensor(weight), .optional(bias), .integers([1]), .integers([padding]))
    }

    /// Layer normalisation over the last dimension (Ba et al., 2016).
    public func layerNorm(
        _ weight: Tensor?, _ bias: Tensor?, epsilon: Double
    ) throws(TorchError) -> Tensor {
        try Self.normalization(
            .tensor(self), .integers([shape.last ?? 1]), .optional(weight), .optional(bias),
            .real(epsilon))
    }

    /// The exact GELU, with the error function (Hendrycks and Gimpel, 2016).
    public func gelu() throws(TorchError) -> Tensor { try Self.gaussianError(.tensor(self)) }

    /// The larger of the value and 0.
    public func relu() throws(TorchError) -> Tensor { try Self.rectifying(.tensor(self)) }

    /// The logistic function.
    public func sigmoid() throws(TorchError) -> Tensor { try Self.logistic(.tensor(self)) }

    /// Softmax along a dimension.
    public func softmax(_ dimension: Int = -1) throws(TorchError) -> Tensor {
        try Self.soft(.tensor(self), .integer(dimension))
    }

    /// Logarithm of the softmax along a dimension.
    public func logSoftmax(_ dimension: Int = -1) throws(TorchError) -> Tensor {
        try Self.logSoft(.tensor(self), .integer(dimension))
    }

    /// Logarithm of the logistic function.
    public func logSigmoid() throws(TorchError) -> Tensor { try Self.logLogistic(.tensor(self)) }

    /// `softmax(q kᵀ scale) v` of [batch, heads, tokens, width]; in a boolean `mask` true takes
    /// part. Without `scale`, width^-0.5.
    public static func attention(
        _ query: Tensor, _ key: Tensor, _ value: Tensor, mask: Tensor? = nil, scale: Double? = nil
    ) throws(TorchError) -> Tensor {
        try attending(
            .tensor(query), .tensor(key), .tensor(value), .optional(mask), .real(0), .bool(false),
            scale.map(Argument.real) ?? .none)
    }

    /// Rows of this table, one for each index.
    public func embedding(_ indices: Tensor) throws(TorchError) -> Tensor {
        try Self.looking(.tensor(self), .tensor(indices))
    }

    /// Mean cross-entropy of logits [batch, classes] against class numbers [batch].
    public func crossEntropy(
        _ classes: Tensor, weights: Tensor? = nil, labelSmoothing: Double = 0
    ) throws(TorchError) -> Tensor {
        try Self.crossing(
            .tensor(self), .tensor(classes), .optional(weights), .integer(1), .integer(-100),
            .real(labelSmoothing))
    }
}
