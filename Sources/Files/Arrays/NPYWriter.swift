/// Writes a `.npy` array row by row; the file appears whole or not at all.
public struct NPYWriter: ~Copyable {
    private var file: AtomicFile
    private let path: String
    private let element: NPYElement
    private let count: Int
    private var written = 0

    /// Starts an array of a known shape.
    public init(_ path: String, element: NPYElement, shape: [Int]) throws(FileError) {
        guard shape.allSatisfy({ $0 >= 0 }), shape.count <= 32 else {
            throw .malformed(path: path, reason: "shape \(shape) cannot be written")
        }
        var file = try AtomicFile(path)
        try file.write(NPYHeader.bytes(element, shape))
        self.file = file
        self.path = path
        self.element = element
        count = shape.reduce(1, *)
    }

    /// Appends floating-point elements, rounded to the array's type.
    public mutating func write(_ values: [Float]) throws(FileError) {
        switch element {
        case .float16: try append(values) { Float16($0).bitPattern }
        case .float32: try append(values) { $0.bitPattern }
        case .float64: try append(values) { Double($0).bitPattern }
        default: throw mismatch("fractions")
        }
    }

    /// Appends floating-point elements, rounded to the array's type.
    public mutating func write(_ values: [Double]) throws(FileError) {
        switch element {
        case .float16: try append(values) { Float16($0).bitPattern }
        case .float32: try append(values) { Float($0).bitPattern }
        case .float64: try append(values) { $0.bitPattern }
        default: throw mismatch("fractions")
        }
    }

    /// Appends whole numbers.
    public mutating func write(_ values: [Int]) throws(FileError) {
        guard element == .int64 else { throw mismatch("whole numbers") }
        try append(values) { $0 }
    }

    /// Syncs the bytes to the device, see ``AtomicFile/settle()``.
    /// - Throws: ``FileError`` when fewer or more elements were written than the shape says.
    public mutating func settle() throws(FileError) {
        guard written == count else {
            throw .malformed(path: path, reason: "\(written) of \(count) elements were written")
        }
        try file.settle()
    }

    /// Gives the file its final name.
    /// - Throws: ``FileError`` when fewer or more elements were written than the shape says.
    public consuming func commit() throws(FileError) {
        try settle()
        try file.commit()
    }

    private mutating func append<Value, Bits: FixedWidthInteger & BitwiseCopyable>(
        _ values: [Value], _ convert: (Value) -> Bits
    ) throws(FileError) {
        // In parts: an array of gigabytes is not there a second time.
        for start in stride(from: 0, to: values.count, by: 1 << 16) {
            let part = values[start..<min(start + (1 << 16), values.count)]
            let bits = part.map { convert($0).littleEndian }
            var failure: FileError?
            bits.withUnsafeBytes { bytes in
                do throws(FileError) { try file.write(bytes) } catch { failure = error }
            }
            if let failure { throw failure }
        }
        written += values.count
    }

    private func mismatch(_ given: String) -> FileError {
        .malformed(path: path, reason: "\(given) given for an array of \(element)")
    }
}

extension NPY {
    /// Writes a whole array of float32 (or, rounded, another floating-point type).
    public static func write(
        _ values: [Float], shape: [Int], as element: NPYElement = .float32, to path: String
    ) throws(FileError) {
        var writer = try NPYWriter(path, element: element, shape: shape)
        try writer.write(values)
        try writer.commit()
    }

    /// Writes a whole array of float64 (or, rounded, another floating-point type).
    public static func write(
        _ values: [Double], shape: [Int], as element: NPYElement = .float64, to path: String
    ) throws(FileError) {
        var writer = try NPYWriter(path, element: element, shape: shape)
        try writer.write(values)
        try writer.commit()
    }

    /// Writes whole numbers as int64.
    public static func write(
        _ values: [Int], shape: [Int]? = nil, to path: String
    ) throws(FileError) {
        var writer = try NPYWriter(path, element: .int64, shape: shape ?? [values.count])
        try writer.write(values)
        try writer.commit()
    }
}
