/// Element types of `.npy` files that Cambium reads, by NumPy's name; little-endian.
public enum NPYElement: String, Sendable, CaseIterable {
    case float16 = "<f2"
    case float32 = "<f4"
    case float64 = "<f8"
    case int32 = "<i4"
    case int64 = "<i8"
    case uint8 = "|u1"
    case bool = "|b1"

    /// Bytes an element.
    public var size: Int {
        switch self {
        case .uint8, .bool: 1
        case .float16: 2
        case .float32, .int32: 4
        case .float64, .int64: 8
        }
    }

    /// Whether elements are whole numbers.
    public var isInteger: Bool {
        switch self {
        case .int32, .int64, .uint8, .bool: true
        case .float16, .float32, .float64: false
        }
    }
}

/// A NumPy `.npy` array on disk, memory-mapped: C order, any shape.
///
/// Nothing in the file is trusted: the header is parsed strictly and its shape must fit the
/// file's size to the byte. Pickled objects are never read.
public struct NPY: Sendable {
    private let file: MappedFile
    private let offset: Int
    /// Extents, slowest first.
    public let shape: [Int]
    /// Type of the elements as stored.
    public let element: NPYElement
    /// Number of elements.
    public let count: Int

    /// Where it was read from, for messages.
    public var path: String { file.path }
    /// First extent, 1 for a scalar.
    public var rows: Int { shape.first ?? 1 }
    /// Elements a row.
    public var columns: Int { shape.dropFirst().reduce(1, *) }

    /// Maps an array.
    /// - Throws: ``FileError`` when the file is unreadable, no `.npy` array, of another element
    ///   type, in Fortran order, or not as long as its shape says.
    public init(_ path: String) throws(FileError) {
        let file = try MappedFile(path)
        let header = try file.withBytes { bytes throws(FileError) in
            try NPYHeader(bytes, path: path)
        }
        self.file = file
        (offset, shape, element, count) =
            (header.offset, header.shape, header.element, header.count)
    }

    /// The whole array as float32, row after row.
    /// - Throws: ``FileError`` when it holds whole numbers.
    public func floats() throws(FileError) -> [Float] { try floats(0..<count) }

    /// Some elements, counted from the first, as float32.
    /// - Throws: ``FileError`` when it holds whole numbers or the range is not inside.
    public func floats(_ range: Range<Int>) throws(FileError) -> [Float] {
        try checkFloating(range)
        switch element {
        case .float16: return elements(range) { Float(Float16(bitPattern: $0)) }
        case .float32: return elements(range) { (bits: UInt32) in Float(bitPattern: bits) }
        default: return elements(range) { (bits: UInt64) in Float(Double(bitPattern: bits)) }
        }
    }

    /// The whole array as float64, row after row; exact for every floating-point type.
    /// - Throws: ``FileError`` when it holds whole numbers.
    public func doubles() throws(FileError) -> [Double] { try doubles(0..<count) }

    /// Some elements, counted from the first, as float64; exact for every floating-point type.
    /// - Throws: ``FileError`` when it holds whole numbers or the range is not inside.
    public func doubles(_ range: Range<Int>) throws(FileError) -> [Double] {
        guard element == .float64 else { return try floats(range).map(Double.init) }
        try checkFloating(range)
        return elements(range) { (bits: UInt64) in Double(bitPattern: bits) }
    }

    /// The whole array as integers; true is 1.
    /// - Throws: ``FileError`` when it holds fractions.
    public func integers() throws(FileError) -> [Int] {
        switch element {
        case .int32: return elements(0..<count) { Int(Int32(bitPattern: $0)) }
        case .int64: return elements(0..<count) { Int(Int64(bitPattern: $0)) }
        case .uint8: return elements(0..<count) { (byte: UInt8) in Int(byte) }
        case .bool: return elements(0..<count) { (byte: UInt8) in byte == 0 ? 0 : 1 }
        default:
            throw .malformed(
                path: path,
                reason: "a .npy array of \(element); whole numbers (int64) expected")
        }
    }

    private func checkFloating(_ range: Range<Int>) throws(FileError) {
        guard !element.isInteger else {
            throw .malformed(
                path: path, reason: "a .npy array of \(element); float32 or float16 expected")
        }
        guard range.lowerBound >= 0, range.upperBound <= count else {
            throw .malformed(path: path, reason: "elements \(range) asked of \(count)")
        }
    }

    /// Unaligned loads: a hostile header may have any length.
    private func elements<Bits: FixedWidthInteger & BitwiseCopyable, Value>(
        _ range: Range<Int>, _ convert: (Bits) -> Value
    ) -> [Value] {
        let (offset, width) = (offset, MemoryLayout<Bits>.size)
        return file.withBytes { bytes in
            range.map { index in
                convert(
                    Bits(
                        littleEndian: bytes.loadUnaligned(
                            fromByteOffset: offset + index * width, as: Bits.self)))
            }
        }
    }
}
