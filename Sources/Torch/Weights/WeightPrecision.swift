/// How the numbers of a model are stored. Whatever it is, they are widened to float32 when they
/// are read, and everything is computed in float32.
public enum WeightPrecision: String, Sendable, CaseIterable {
    /// As they were trained.
    case float32
    /// Matrices and convolutions rounded to bfloat16 (8 bits of precision), half the bytes.
    case bfloat16
    /// Matrices as whole numbers in -127...127, each output channel with a float32 scale of its
    /// own: the largest absolute value of the channel over 127, symmetric, no zero point, rounded
    /// to the nearest. Convolutions, biases and norms stay float32. A quarter of the bytes.
    case int8
}

extension SafeTensors {
    /// Writes a model's tensors in a precision.
    /// - Parameter channels: the dimension that counts a matrix's output channels, nil for a tensor
    ///   that stays as it is in int8.
    /// - Throws: ``TorchError`` also for values that are not finite, which no whole number stands
    ///   for.
    public static func write(
        _ tensors: [(name: String, tensor: Tensor)], in precision: WeightPrecision,
        channels: (_ name: String, _ shape: [Int]) -> Int?, to path: String
    ) throws {
        switch precision {
        case .float32: try write(tensors, to: path)
        case .bfloat16:
            try write(
                tensors.map { name, tensor in
                    (name, tensor.rank < 2 ? tensor : try tensor.converted(to: .bfloat16))
                }, to: path)
        case .int8:
            let parts = try tensors.flatMap { name, tensor in
                guard let axis = channels(name, tensor.shape) else { return [(name, tensor)] }
                let matrix = try Int8Matrix(tensor, channels: axis, name: name, path: path)
                return [
                    (name, try matrix.tensor), (name + Int8Matrix.suffix, try matrix.scaleTensor),
                ]
            }
            try write(parts, metadata: Int8Matrix.metadata, to: path)
        }
    }
}

/// A matrix in 8 bits a number, with a scale for each output channel.
struct Int8Matrix {
    /// What is appended to a matrix's name for its scales.
    static let suffix = ".int8_scale"
    /// How a file says that it holds such matrices.
    static let metadata = ["cambium_precision": "int8, symmetric, a scale each output channel"]

    private let values: [Int8]
    private let scales: [Float]
    private let shape: [Int]
    private let axis: Int

    init(_ tensor: Tensor, channels axis: Int, name: String, path: String) throws {
        (shape, self.axis) = (tensor.shape, axis)
        let (numbers, width, isRows) = (try tensor.array() as [Float], tensor.shape[1], axis == 0)
        guard numbers.allSatisfy(\.isFinite) else {
            throw TorchError.file(
                path: path, reason: "tensor \(name) holds values that are not finite; int8 has none"
            )
        }
        var largest = [Float](repeating: 0, count: tensor.shape[axis])
        for (index, number) in numbers.enumerated() {
            let channel = isRows ? index / width : index % width
            largest[channel] = max(largest[channel], abs(number))
        }
        // A channel of zeros needs a scale above zero and no particular one.
        let scales = largest.map { $0 > 0 ? max($0 / 127, .leastNormalMagnitude) : 1 }
        self.scales = scales
        values = numbers.enumerated().map { index, number in
            let scaled = number / scales[isRows ? index / width : index % width]
            return Int8(min(max(scaled.rounded(.toNearestOrEven), -127), 127))
        }
    }

    /// A matrix as a file holds it.
    init(_ values: Tensor, scales: Tensor) throws {
        (shape, axis) = (values.shape, scales.shape == [values.shape[0], 1] ? 0 : 1)
        self.values = try values.bytes().map(Int8.init(bitPattern:))
        self.scales = try scales.array()
    }

    /// The numbers that it stands for.
    var widened: Tensor {
        get throws {
            let (width, isRows) = (shape[1], axis == 0)
            let numbers = values.enumerated().map { index, value in
                Float(value) * scales[isRows ? index / width : index % width]
            }
            return try Tensor(numbers, shape)
        }
    }

    var tensor: Tensor {
        get throws {
            try values.withUnsafeBytes { try Tensor(bytes: $0, type: .int8, shape: shape) }
        }
    }

    /// The scales, of a shape that multiplies the matrix as it stands.
    var scaleTensor: Tensor {
        get throws { try Tensor(scales, axis == 0 ? [scales.count, 1] : [1, scales.count]) }
    }
}

/// A safetensors file whose matrices are in 8 bits, as the float32 tensors that they stand for.
struct Int8File {
    private let file: SafeTensors
    /// Element type and shape of each tensor that the file stands for.
    let entries: [String: StateDictionary.Entry]

    /// Nil for a file that says nothing of 8 bits.
    /// - Throws: ``TorchError/file(path:reason:)`` where matrices and scales do not fit together.
    init?(_ file: SafeTensors) throws(TorchError) {
        guard file.metadata == Int8Matrix.metadata else { return nil }
        self.file = file
        var entries: [String: StateDictionary.Entry] = [:]
        for (name, entry) in file.entries {
            if name.hasSuffix(Int8Matrix.suffix) {
                let base = String(name.dropLast(Int8Matrix.suffix.count))
                guard file.entries[base]?.type == .int8 else {
                    throw .file(path: file.path, reason: "\(base) has scales and no int8 matrix")
                }
            } else if entry.type == .int8 {
                try Self.check(entry, file.entries[name + Int8Matrix.suffix], name, file.path)
                entries[name] = StateDictionary.Entry(type: .float32, shape: entry.shape)
            } else {
                entries[name] = StateDictionary.Entry(type: entry.type, shape: entry.shape)
            }
        }
        self.entries = entries
    }

    func tensor(_ name: String) throws -> Tensor {
        guard file.entries[name]?.type == .int8 else { return try file.tensor(name) }
        return try Int8Matrix(file.tensor(name), scales: file.tensor(name + Int8Matrix.suffix))
            .widened
    }

    private static func check(
        _ matrix: SafeTensors.Entry, _ scales: SafeTensors.Entry?, _ name: String, _ path: String
    ) throws(TorchError) {
        let shape = matrix.shape
        guard shape.count == 2, let scales, scales.type == .float32,
            scales.shape == [shape[0], 1] || scales.shape == [1, shape[1]]
        else {
            throw .file(path: path, reason: "\(name) is an int8 matrix without scales that fit it")
        }
    }
}
