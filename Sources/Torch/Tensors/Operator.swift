internal import CCambiumTorch

/// An argument of an operator, tagged as the dispatcher needs it.
public enum Argument {
    case none
    case tensor(Tensor)
    case integer(Int)
    case real(Double)
    case bool(Bool)
    case integers([Int])
    case reals([Double])
    case bools([Bool])
    case tensors([Tensor])
    case optionalTensors([Tensor?])
    case string(String)
    case type(ElementType)
    case device(Device)

    /// A tensor or nothing.
    public static func optional(_ tensor: Tensor?) -> Argument {
        if let tensor { .tensor(tensor) } else { .none }
    }
}

/// One of libtorch's operators, found once by its schema name and called through the
/// dispatcher's boxed call, so that autograd and every device work alike.
package struct Operator: @unchecked Sendable {
    // @unchecked: the handle points to an immutable schema entry that lives as long as libtorch.
    private let name: String
    private let handle: Result<CTOperator, TorchError>

    /// Finds `aten::NAME` with an overload. A name that does not exist shows at the first call.
    package init(_ name: String, _ overload: String = "") {
        self.name = overload.isEmpty ? name : "\(name).\(overload)"
        handle = Result { () throws(TorchError) in
            var result: CTOperator?
            try check(ct_operator("aten::\(name)", overload, &result), name)
            guard let result else {
                throw .operation(name: name, arguments: "", message: "no such operator")
            }
            return result
        }
    }

    /// Calls it and gives its first tensor.
    package func callAsFunction(_ arguments: Argument...) throws(TorchError) -> Tensor {
        let results = try call(arguments, capacity: 8)
        guard let first = results.first, let tensor = first else {
            throw .operation(name: name, arguments: "", message: "gave no tensor")
        }
        return tensor
    }

    /// Calls it for its effect and drops what it gives.
    package func run(_ arguments: Argument...) throws(TorchError) {
        _ = try call(arguments, capacity: 8)
    }

    /// Calls it and gives all tensors, at most `capacity`, undefined ones as nil.
    package func all(
        _ arguments: Argument..., capacity: Int = 8
    ) throws(TorchError) -> [Tensor?] {
        try call(arguments, capacity: capacity)
    }

    private func call(
        _ arguments: [Argument], capacity: Int
    ) throws(TorchError) -> [Tensor?] {
        let handle = try handle.get()
        var results = [CTValue](repeating: CTValue(), count: capacity)
        var count: Int32 = 0
        let status = Packed.with(arguments) { values in
            ct_call(
                handle, values.baseAddress, Int32(values.count), &results, Int32(capacity), &count)
        }
        let tensors = results[..<Int(count)].map { result in
            result.kind == Int32(CT_TENSOR.rawValue)
                ? result.pointer.map { Tensor(owning: OpaquePointer($0)) } : nil
        }
        // Described only on failure: shapes cost more than most small operators.
        if status != nil { try check(status, name, Self.describe(arguments)) }
        return tensors
    }

    private static func describe(_ arguments: [Argument]) -> String {
        arguments.map { argument in
            switch argument {
            case .none: "none"
            case .tensor(let tensor): "\(tensor)"
            case .integer(let value): "\(value)"
            case .real(let value): "\(value)"
            case .bool(let value): "\(value)"
            case .integers(let values): "\(values)"
            case .reals(let values): "\(values)"
            case .bools(let values): "\(values)"
            case .tensors(let values): "\(values.count) tensors"
            case .optionalTensors(let values): "\(values.count) tensors"
            case .string(let value): value
            case .type(let value): "\(value)"
            case .device(let value): "\(value)"
            }
        }.joined(separator: ", ")
    }
}

/// Arguments laid out for the shim; lists and names live in a scratch area for the call only.
private enum Packed {
    static func with<Result>(
        _ arguments: [Argument], _ body: (UnsafeBufferPointer<CTValue>) -> Result
    ) -> Result {
        var scratch: [UnsafeMutableRawPointer] = []
        defer {
            for pointer in scratch { pointer.deallocate() }
            withExtendedLifetime(arguments) {}
        }
        let values = arguments.map { pack($0, &scratch) }
        return values.withUnsafeBufferPointer(body)
    }

    private static func pack(
        _ argument: Argument, _ scratch: inout [UnsafeMutableRawPointer]
    ) -> CTValue {
        switch argument {
        case .none: value(CT_NONE)
        case .tensor(let tensor): list(CT_TENSOR, [tensor.handle], &scratch)
        case .integer(let number): value(CT_INTEGER, integer: Int64(number))
        case .real(let number): value(CT_REAL, real: number)
        case .bool(let flag): value(CT_BOOLEAN, integer: flag ? 1 : 0)
        case .integers(let numbers): list(CT_INTEGERS, numbers.map(Int64.init), &scratch)
        case .reals(let numbers): list(CT_REALS, numbers, &scratch)
        case .bools(let flags): list(CT_BOOLEANS, flags.map { UInt8($0 ? 1 : 0) }, &scratch)
        case .tensors(let tensors): list(CT_TENSORS, tensors.map(\.handle), &scratch)
        case .optionalTensors(let tensors):
            list(CT_OPTIONAL_TENSORS, tensors.map { $0?.handle }, &scratch)
        case .string(let text): list(CT_STRING, Array(text.utf8CString), &scratch)
        case .type(let type): value(CT_INTEGER, integer: Int64(type.rawValue))
        case .device(let device):
            list(CT_DEVICE, Array(device.description.utf8CString), &scratch)
        }
    }

    private static func value(
        _ kind: CTKind, integer: Int64 = 0, real: Double = 0
    ) -> CTValue {
        CTValue(
            kind: Int32(kind.rawValue), count: 0, integer: integer, real: real, pointer: nil)
    }

    private static func list<Item>(
        _ kind: CTKind, _ items: [Item], _ scratch: inout [UnsafeMutableRawPointer]
    ) -> CTValue {
        let memory = UnsafeMutableRawPointer.allocate(
            byteCount: max(1, items.count * MemoryLayout<Item>.stride),
            alignment: MemoryLayout<Item>.alignment)
        scratch.append(memory)
        items.withUnsafeBytes {
            memory.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(memory), byteCount: $0.count)
        }
        return CTValue(
            kind: Int32(kind.rawValue), count: Int32(items.count), integer: 0, real: 0,
            pointer: UnsafeRawPointer(memory))
    }
}
