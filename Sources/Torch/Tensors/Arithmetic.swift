/// Element-wise arithmetic and reductions, with NumPy's broadcasting.
extension Tensor {
    private static let add = Operator("add", "Tensor")
    private static let subtract = Operator("sub", "Tensor")
    private static let multiply = Operator("mul", "Tensor")
    private static let scale = Operator("mul", "Scalar")
    private static let divide = Operator("div", "Tensor")
    private static let exponential = Operator("exp")
    private static let natural = Operator("log")
    private static let total = Operator("sum")
    private static let sumAlong = Operator("sum", "dim_IntList")
    private static let meanAlong = Operator("mean", "dim")
    private static let absolute = Operator("abs")
    private static let product = Operator("matmul")
    private static let norm = Operator("linalg_vector_norm")
    private static let largest = Operator("topk")

    /// Sum of two tensors.
    public static func + (a: Tensor, b: Tensor) throws(TorchError) -> Tensor {
        try add(.tensor(a), .tensor(b))
    }

    /// Difference of two tensors.
    public static func - (a: Tensor, b: Tensor) throws(TorchError) -> Tensor {
        try subtract(.tensor(a), .tensor(b))
    }

    /// Element-wise product.
    public static func * (a: Tensor, b: Tensor) throws(TorchError) -> Tensor {
        try multiply(.tensor(a), .tensor(b))
    }

    /// Every element times a number.
    public static func * (a: Tensor, b: Double) throws(TorchError) -> Tensor {
        try scale(.tensor(a), .real(b))
    }

    /// Element-wise quotient.
    public static func / (a: Tensor, b: Tensor) throws(TorchError) -> Tensor {
        try divide(.tensor(a), .tensor(b))
    }

    /// e to the power of each element.
    public func exp() throws(TorchError) -> Tensor { try Self.exponential(.tensor(self)) }
    /// The natural logarithm.
    public func log() throws(TorchError) -> Tensor { try Self.natural(.tensor(self)) }

    /// Absolute values.
    public func abs() throws(TorchError) -> Tensor { try Self.absolute(.tensor(self)) }

    /// Sum of all elements, rank 0.
    public func sum() throws(TorchError) -> Tensor { try Self.total(.tensor(self)) }

    /// Sum along dimensions.
    public func sum(_ dimensions: Int..., keeping: Bool = false) throws(TorchError) -> Tensor {
        try Self.sumAlong(.tensor(self), .integers(dimensions), .bool(keeping))
    }

    /// Mean along dimensions.
    public func mean(_ dimensions: Int..., keeping: Bool = false) throws(TorchError) -> Tensor {
        try Self.meanAlong(.tensor(self), .integers(dimensions), .bool(keeping))
    }

    /// Matrix product, batched over leading dimensions.
    public func matmul(_ other: Tensor) throws(TorchError) -> Tensor {
        try Self.product(.tensor(self), .tensor(other))
    }

    /// Rows divided by their Euclidean norm, without an epsilon (as MedImageInsight does).
    public func normalized() throws(TorchError) -> Tensor {
        let length = try Self.norm(.tensor(self), .real(2), .integers([-1]), .bool(true))
        return try self / length
    }

    /// The `count` largest values along the last dimension, falling, and where they stood.
    public func top(_ count: Int) throws(TorchError) -> (values: Tensor, indices: Tensor) {
        let results = try Self.largest.all(.tensor(self), .integer(count), .integer(-1))
        guard results.count == 2, let values = results[0], let indices = results[1] else {
            throw .operation(name: "topk", arguments: "\(self)", message: "gave no result")
        }
        return (values, indices)
    }
}
