internal import CambiumFiles

/// A safetensors file, checked whole before a byte of it is believed, read through a mapping.
///
/// Format: 8 bytes little-endian header length, a JSON header of name to dtype, shape and byte
/// range, then the data without holes or overlaps (huggingface/safetensors).
public struct SafeTensors {
    /// Where one tensor stands.
    public struct Entry: Sendable, Equatable {
        /// Element type.
        public let type: ElementType
        /// Size of each dimension.
        public let shape: [Int]
        /// Bytes from the start of the file.
        let range: Range<Int>
    }

    /// The path it was read from.
    public let path: String
    /// Tensors by name.
    public let entries: [String: Entry]
    /// The `__metadata__` text pairs.
    public let metadata: [String: String]
    private let file: MappedFile

    /// Opens and checks a file.
    /// - Throws: `FileError` when it cannot be read, ``TorchError/file(path:reason:)`` when it
    ///   is cut off, lies about its content or is not safetensors.
    public init(_ path: String) throws {
        self.path = path
        file = try MappedFile(path)
        let path = path
        func refuse(_ reason: String) -> TorchError { .file(path: path, reason: reason) }
        let header = try file.withBytes { bytes in try Self.header(bytes, refuse) }
        var entries: [String: Entry] = [:]
        var metadata: [String: String] = [:]
        for (name, value) in header.members {
            if name == "__metadata__" {
                metadata = value.object?.compactMapValues(\.string) ?? [:]
            } else {
                entries[name] = try Self.entry(name, value, from: header.end, refuse)
            }
        }
        try Self.checkCover(entries, header.end..<file.count, refuse)
        self.entries = entries
        self.metadata = metadata
    }

    /// Whether a file starts like safetensors: a plausible header length, then `{`.
    public static func recognizes(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard bytes.count >= 9, bytes[8] == UInt8(ascii: "{") else { return false }
        return bytes.loadUnaligned(as: UInt64.self).littleEndian < 1 << 40
    }

    /// Names in byte order.
    public var names: [String] {
        entries.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// One tensor, copied out of the file.
    public func tensor(_ name: String) throws -> Tensor {
        guard let entry = entries[name] else {
            throw TorchError.file(path: path, reason: "holds no tensor named \(name)")
        }
        return try file.withBytes { bytes in
            try Tensor(
                bytes: UnsafeRawBufferPointer(rebasing: bytes[entry.range]), type: entry.type,
                shape: entry.shape)
        }
    }

    /// The numbers of one tensor; those of float32 are read without libtorch.
    public func floats(_ name: String) throws -> [Float] {
        guard let entry = entries[name], entry.type == .float32 else {
            return try tensor(name).array()
        }
        let count = entry.range.count / 4
        return file.withBytes { bytes in
            [Float](unsafeUninitializedCapacity: count) { values, filled in
                UnsafeMutableRawBufferPointer(values).copyMemory(
                    from: UnsafeRawBufferPointer(rebasing: bytes[entry.range]))
                filled = count
            }
        }
    }

    private static func header(
        _ bytes: UnsafeRawBufferPointer, _ refuse: (String) -> TorchError
    ) throws -> (members: [String: JSON], end: Int) {
        guard bytes.count >= 8 else {
            throw refuse("\(bytes.count) bytes are too few for a safetensors file")
        }
        let length = bytes.loadUnaligned(as: UInt64.self).littleEndian
        guard length <= 100_000_000, length <= UInt64(bytes.count - 8) else {
            throw refuse(
                "its header claims \(length) bytes of \(bytes.count - 8): the file is cut off or "
                    + "not safetensors; copy or download it again")
        }
        let end = 8 + Int(length)
        do {
            let json = try JSON(parsing: UnsafeRawBufferPointer(rebasing: bytes[8..<end]))
            guard let members = json.object else { throw refuse("its header is not an object") }
            return (members, end)
        } catch let error as JSONError {
            throw refuse("its header is \(error)")
        }
    }

    private static func entry(
        _ name: String, _ value: JSON, from start: Int, _ refuse: (String) -> TorchError
    ) throws -> Entry {
        guard let label = value["dtype"]?.string, let type = ElementType(safetensors: label) else {
            throw refuse("tensor \(name) has an unknown dtype")
        }
        guard let sizes = value["shape"]?.array?.map(\.integer), !sizes.contains(nil),
            let offsets = value["data_offsets"]?.array?.compactMap(\.integer), offsets.count == 2
        else { throw refuse("tensor \(name) lacks a shape or data_offsets") }
        let shape = sizes.compactMap { $0 }
        guard let bytes = type.byteCount(shape) else {
            throw refuse("tensor \(name) claims an impossible shape \(shape)")
        }
        guard offsets[0] >= 0, offsets[1] >= offsets[0], offsets[1] <= 1 << 50,
            offsets[1] - offsets[0] == bytes
        else {
            throw refuse(
                "tensor \(name) of shape \(shape) needs \(bytes) bytes, its data_offsets "
                    + "\(offsets) say otherwise")
        }
        return Entry(type: type, shape: shape, range: start + offsets[0]..<start + offsets[1])
    }

    private static func checkCover(
        _ entries: [String: Entry], _ data: Range<Int>, _ refuse: (String) -> TorchError
    ) throws {
        var position = data.lowerBound
        let sorted = entries.sorted {
            ($0.value.range.lowerBound, $0.value.range.upperBound)
                < ($1.value.range.lowerBound, $1.value.range.upperBound)
        }
        for (name, entry) in sorted {
            guard entry.range.upperBound <= data.upperBound else {
                throw refuse(
                    "tensor \(name) ends at byte \(entry.range.upperBound) of "
                        + "\(data.upperBound): the file is cut off; copy or download it again")
            }
            guard entry.range.lowerBound == position else {
                throw refuse("tensor \(name) overlaps another or leaves a hole before it")
            }
            position = entry.range.upperBound
        }
        guard position == data.upperBound else {
            throw refuse("\(data.upperBound - position) bytes after the last tensor")
        }
    }
}

extension SafeTensors {
    /// Writes tensors under their names, sorted, whole or not at all; the same tensors and
    /// metadata give the same bytes.
    public static func write(
        _ tensors: [(name: String, tensor: Tensor)], metadata: [String: String] = [:],
        to path: String
    ) throws {
        try write(
            tensors.map { name, tensor in
                guard let type = tensor.type else {
                    throw TorchError.file(path: path, reason: "tensor \(name) has an unknown type")
                }
                return Part(name: name, type: type, shape: tensor.shape) { try tensor.bytes() }
            }, metadata, to: path)
    }

    /// The same with numbers that libtorch has not seen.
    public static func write(
        floats: [(name: String, shape: [Int], values: [Float])], to path: String
    ) throws {
        try write(
            floats.map { name, shape, values in
                Part(name: name, type: .float32, shape: shape) {
                    values.withUnsafeBytes { Array($0) }
                }
            }, [:], to: path)
    }

    private struct Part {
        let name: String
        let type: ElementType
        let shape: [Int]
        let bytes: () throws -> [UInt8]
    }

    private static func write(
        _ parts: [Part], _ metadata: [String: String], to path: String
    ) throws {
        let sorted = parts.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        var members: [String: JSON] = [:]
        var offset = 0
        for part in sorted {
            let end = offset + part.shape.reduce(1, *) * part.type.size
            members[part.name] = [
                "dtype": .string(part.type.safetensors),
                "shape": .array(part.shape.map(JSON.integer)),
                "data_offsets": [.integer(offset), .integer(end)],
            ]
            offset = end
        }
        if !metadata.isEmpty { members["__metadata__"] = .object(metadata.mapValues(JSON.string)) }
        var header = Array(JSON.object(members).line.utf8)
        while header.count % 8 != 0 { header.append(0x20) }
        var file = try AtomicFile(path)
        try file.write(withUnsafeBytes(of: UInt64(header.count).littleEndian) { Array($0) })
        try file.write(header)
        for part in sorted { try file.write(try part.bytes()) }
        try file.commit()
    }
}

extension ElementType {
    private static let safetensorsNames: [(ElementType, String)] = [
        (.uint8, "U8"), (.int8, "I8"), (.int16, "I16"), (.int32, "I32"), (.int64, "I64"),
        (.float16, "F16"), (.bfloat16, "BF16"), (.float32, "F32"), (.float64, "F64"),
        (.bool, "BOOL"),
    ]

    /// The type a safetensors header names.
    init?(safetensors name: String) {
        guard let found = Self.safetensorsNames.first(where: { $0.1 == name }) else { return nil }
        self = found.0
    }

    /// The name in a safetensors header.
    public var safetensors: String {
        Self.safetensorsNames.first { $0.0 == self }?.1 ?? "F32"
    }
}
