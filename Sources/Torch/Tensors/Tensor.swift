internal import CCambiumTorch

/// An n-dimensional array of libtorch: a shared handle, freed with its last owner.
///
/// Two `Tensor` values may share memory (views, parameters), and gradient bookkeeping is not
/// thread-safe, so a tensor never crosses a concurrency boundary: arrays cross, tensors don't.
public final class Tensor {
    let handle: CTTensor

    init(owning handle: CTTensor) { self.handle = handle }

    deinit { ct_tensor_free(handle) }

    /// A tensor with a copy of `values`, row-major.
    /// - Throws: ``TorchError`` when the count is not the product of `shape`.
    public convenience init<Scalar: Element>(
        _ values: [Scalar], _ shape: [Int]
    ) throws(TorchError) {
        var failure: TorchError?
        var made: CTTensor?
        values.withUnsafeBytes { bytes in
            do throws(TorchError) {
                made = try Self.make(bytes, Scalar.type, shape)
            } catch { failure = error }
        }
        if let failure { throw failure }
        try self.init(unwrapping: made)
    }

    /// A tensor with a copy of raw little-endian bytes.
    public convenience init(
        bytes: UnsafeRawBufferPointer, type: ElementType, shape: [Int]
    ) throws(TorchError) {
        try self.init(unwrapping: Self.make(bytes, type, shape))
    }

    /// A tensor of rank 0.
    public convenience init<Scalar: Element>(_ value: Scalar) throws(TorchError) {
        try self.init([value], [])
    }

    private convenience init(unwrapping handle: CTTensor?) throws(TorchError) {
        guard let handle else {
            throw .operation(name: "tensor", arguments: "", message: "no tensor came back")
        }
        self.init(owning: handle)
    }

    private static func make(
        _ bytes: UnsafeRawBufferPointer, _ type: ElementType, _ shape: [Int]
    ) throws(TorchError) -> CTTensor? {
        var result: CTTensor?
        let sizes = shape.map(Int64.init)
        let status = ct_tensor_make(
            bytes.baseAddress, bytes.count, sizes, Int32(sizes.count), type.rawValue, &result)
        try check(status, "tensor", "\(shape)")
        return result
    }

    /// The size of each dimension.
    public var shape: [Int] {
        var sizes = [Int64](repeating: 0, count: rank)
        ct_tensor_sizes(handle, &sizes)
        return sizes.map(Int.init)
    }

    /// Number of dimensions.
    public var rank: Int { Int(ct_tensor_rank(handle)) }

    /// Number of elements.
    public var count: Int { shape.reduce(1, *) }

    /// Element type; nil for one of libtorch's that Cambium has no use for.
    public var type: ElementType? { ElementType(rawValue: ct_tensor_dtype(handle)) }

    /// Where it lives.
    public var device: Device {
        var index: Int32 = 0
        switch ct_tensor_device(handle, &index) {
        case 1: return .cuda(Int(index))
        case 2: return .meta
        default: return .cpu
        }
    }

    /// The elements in row-major order, converted to `Scalar`.
    public func array<Scalar: Element>(
        of scalar: Scalar.Type = Float.self
    ) throws(TorchError) -> [Scalar] {
        let source = type == Scalar.type ? self : try converted(to: Scalar.type)
        let count = source.count
        var failure: TorchError?
        let values = [Scalar](unsafeUninitializedCapacity: count) { buffer, initialized in
            let status = ct_tensor_read(
                source.handle, buffer.baseAddress, count * MemoryLayout<Scalar>.stride)
            do throws(TorchError) {
                try check(status, "read", "\(source)")
                initialized = count
            } catch { failure = error }
        }
        if let failure { throw failure }
        return values
    }

    /// The raw little-endian bytes in row-major order, in the tensor's own type.
    public func bytes() throws(TorchError) -> [UInt8] {
        let count = count * (type?.size ?? 0)
        var bytes = [UInt8](repeating: 0, count: count)
        try check(ct_tensor_read(handle, &bytes, count), "read", "\(self)")
        return bytes
    }

    /// The only element of a tensor that has one.
    public func item() throws(TorchError) -> Double {
        let values = try array(of: Double.self)
        guard values.count == 1 else {
            throw .operation(name: "item", arguments: "\(self)", message: "needs one element")
        }
        return values[0]
    }
}

extension Tensor: CustomStringConvertible {
    /// Type and shape, as error messages show it: `float32 [2, 3]`.
    public var description: String { "\(type.map { "\($0)" } ?? "tensor") \(shape)" }
}

@available(*, unavailable, message: "handles share memory and gradient state; send arrays instead")
extension Tensor: Sendable {}

/// Turns a shim's status into an error.
func check(_ status: CTStatus?, _ name: String, _ arguments: String = "") throws(TorchError) {
    guard let status else { return }
    defer { ct_free_text(status) }
    let message = String(cString: status).split(separator: "\n").first.map(String.init) ?? ""
    throw .operation(name: name, arguments: arguments, message: message)
}
