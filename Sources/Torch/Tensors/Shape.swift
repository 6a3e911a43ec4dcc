/// Views, layout, conversion and selection.
extension Tensor {
    private static let reshaping = Operator("reshape")
    private static let permutation = Operator("permute")
    private static let exchange = Operator("transpose", "int")
    private static let slicing = Operator("slice", "Tensor")
    private static let picking = Operator("index_select")
    private static let addingAt = Operator("index_add")
    private static let joining = Operator("cat")
    private static let splitting = Operator("unbind", "int")
    private static let padding = Operator("constant_pad_nd")
    private static let compacting = Operator("contiguous")
    private static let converting = Operator("to", "dtype")
    private static let moving = Operator("to", "device")
    private static let cloning = Operator("clone")
    private static let detaching = Operator("detach")
    private static let overwriting = Operator("copy_")
    private static let filling = Operator("full")
    private static let striding = Operator("as_strided")

    /// The same elements in another shape; one dimension may be -1.
    public func reshaped(_ shape: Int...) throws(TorchError) -> Tensor {
        try Self.reshaping(.tensor(self), .integers(shape))
    }

    /// The same elements in another shape.
    public func reshaped(to shape: [Int]) throws(TorchError) -> Tensor {
        try Self.reshaping(.tensor(self), .integers(shape))
    }

    /// Dimensions in another order, as a view.
    public func permuted(_ order: Int...) throws(TorchError) -> Tensor {
        try Self.permutation(.tensor(self), .integers(order))
    }

    /// Two dimensions exchanged, as a view.
    public func transposed(_ a: Int, _ b: Int) throws(TorchError) -> Tensor {
        try Self.exchange(.tensor(self), .integer(a), .integer(b))
    }

    /// Elements `range` along a dimension, as a view.
    public func sliced(_ dimension: Int, _ range: Range<Int>) throws(TorchError) -> Tensor {
        try Self.slicing(
            .tensor(self), .integer(dimension), .integer(range.lowerBound),
            .integer(range.upperBound))
    }

    /// Rows by number, in the order given.
    public func rows(_ indices: Tensor) throws(TorchError) -> Tensor {
        try Self.picking(.tensor(self), .integer(0), .tensor(indices))
    }

    /// A copy to which the rows of `source` are added, each to the row that `indices` names.
    public func addingRows(_ source: Tensor, at indices: Tensor) throws(TorchError) -> Tensor {
        try Self.addingAt(.tensor(self), .integer(0), .tensor(indices), .tensor(source))
    }

    /// Tensors joined along a dimension.
    public static func joined(_ tensors: [Tensor], _ dimension: Int = 0) throws(TorchError)
        -> Tensor
    {
        try joining(.tensors(tensors), .integer(dimension))
    }

    /// The parts along a dimension, as views without it.
    public func unbound(_ dimension: Int) throws(TorchError) -> [Tensor] {
        let parts = try Self.splitting.all(
            .tensor(self), .integer(dimension), capacity: max(1, shape[dimension]))
        return parts.compactMap { $0 }
    }

    /// Zeros added after the last element: `amounts` pairs (before, after) from the last
    /// dimension backwards, as `torch.nn.functional.pad` takes them.
    public func padded(_ amounts: Int...) throws(TorchError) -> Tensor {
        try padded(amounts)
    }

    /// The same, of as many pairs as the caller knows when it runs.
    public func padded(_ amounts: [Int]) throws(TorchError) -> Tensor {
        try Self.padding(.tensor(self), .integers(amounts), .real(0))
    }

    /// The first elements of this tensor's memory seen with other sizes and strides, as a view.
    func viewed(_ shape: [Int], strides: [Int]) throws(TorchError) -> Tensor {
        try Self.striding(.tensor(self), .integers(shape), .integers(strides))
    }

    /// The same elements in row-major memory.
    public func contiguous() throws(TorchError) -> Tensor { try Self.compacting(.tensor(self)) }

    /// The same values in another element type.
    public func converted(to type: ElementType) throws(TorchError) -> Tensor {
        try Self.converting(.tensor(self), .type(type))
    }

    /// The same values on another device.
    public func moved(to device: Device) throws(TorchError) -> Tensor {
        guard device != self.device else { return self }
        guard let type else {
            throw .operation(name: "to", arguments: "\(self)", message: "unknown element type")
        }
        return try Self.moving(.tensor(self), .device(device), .type(type))
    }

    /// A copy with memory of its own.
    public func copied() throws(TorchError) -> Tensor { try Self.cloning(.tensor(self)) }

    /// The same memory without a gradient history.
    public func detached() throws(TorchError) -> Tensor { try Self.detaching(.tensor(self)) }

    /// Overwrites the elements with those of `other`, in place.
    public func overwrite(with other: Tensor) throws(TorchError) {
        try Self.overwriting.run(.tensor(self), .tensor(other))
    }

    /// A tensor filled with one value.
    public static func full(
        _ shape: [Int], _ value: Double, type: ElementType = .float32, device: Device = .cpu
    ) throws(TorchError) -> Tensor {
        try filling(.integers(shape), .real(value), .type(type), .none, .device(device))
    }

    /// Zeros.
    public static func zeros(
        _ shape: [Int], type: ElementType = .float32, device: Device = .cpu
    ) throws(TorchError) -> Tensor {
        try full(shape, 0, type: type, device: device)
    }
}
