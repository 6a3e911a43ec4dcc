/// Numbers at a fixed place in memory, zeros at first, that workers may fill part by part.
public final class FloatBuffer: @unchecked Sendable {
    // Unchecked: whoever shares one gives each worker places of its own.

    /// The first number.
    public let start: UnsafeMutablePointer<Float>
    /// How many.
    public let count: Int

    /// A buffer of zeros, at a multiple of 64 bytes.
    public init(_ count: Int) {
        let bytes = max(1, count) * MemoryLayout<Float>.stride
        let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
        start = memory.initializeMemory(as: Float.self, repeating: 0, count: max(1, count))
        self.count = count
    }

    /// A buffer with these numbers.
    public convenience init(_ values: [Float]) {
        self.init(values.count)
        values.withUnsafeBufferPointer { source in
            if let base = source.baseAddress { start.update(from: base, count: source.count) }
        }
    }

    deinit { start.deallocate() }

    /// The numbers.
    public var values: [Float] { Array(UnsafeBufferPointer(start: start, count: count)) }

    /// Takes another buffer's numbers.
    /// - Precondition: both are of one size.
    public func copy(_ other: FloatBuffer) {
        precondition(count == other.count, "buffers of one size are copied")
        start.update(from: other.start, count: count)
    }
}

/// Rows in a buffer, far enough apart that columns of many rows do not share a cache's set.
public struct RowBuffer: Sendable {
    /// The numbers.
    public let buffer: FloatBuffer
    /// Numbers from one row to the next.
    public let stride: Int

    /// Rows of zeros, of `width` numbers and zeros up to a whole panel.
    public init(rows: Int, width: Int) {
        stride = Panels.padded(width) + 16
        buffer = FloatBuffer(rows * stride)
    }

    /// The first number of a row.
    public func row(_ row: Int) -> UnsafeMutablePointer<Float> { buffer.start + row * stride }
}
