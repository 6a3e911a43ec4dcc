/// The entropy-coded bits of a scan (ITU T.81, F.2.2 and H.2.2): stuffed zeros taken out, up to
/// the next marker.
package struct JPEGBits {
    private let bytes: UnsafeRawBufferPointer
    private var place: Int
    private var buffer: UInt64 = 0
    private var filled = 0
    /// Bits beyond the end that were made up; using one of them is an error.
    private var invented = 0

    /// The bits from a place on.
    package init(_ bytes: UnsafeRawBufferPointer, from place: Int) {
        (self.bytes, self.place) = (bytes, place)
    }

    /// Where the marker behind the bits stands.
    package var end: Int { place }

    private mutating func fill() {
        while filled <= 48 {
            var next: UInt8 = 0
            if place < bytes.count, bytes[place] != 0xFF {
                next = bytes[place]
                place += 1
            } else if place + 1 < bytes.count, bytes[place + 1] == 0 {
                next = 0xFF
                place += 2
            } else {
                invented += 8
            }
            buffer = buffer << 8 | UInt64(next)
            filled += 8
        }
    }

    private mutating func take(_ count: Int) throws(ImageError) -> Int {
        if filled < 16 { fill() }
        guard count <= filled - invented else {
            throw JPEGReader.broken("it ends before the picture does")
        }
        filled -= count
        return Int(truncatingIfNeeded: buffer >> UInt64(filled)) & (1 << count - 1)
    }

    private mutating func symbol(_ table: HuffmanTable) throws(ImageError) -> Int {
        if filled < 16 { fill() }
        let (length, value) = table[Int(buffer >> UInt64(filled - 16) & 0xFFFF)]
        guard length > 0 else { throw JPEGReader.broken("its codes are damaged") }
        _ = try take(length)
        return value
    }

    /// A signed number of `count` bits; small ones are negative.
    private mutating func signed(_ count: Int) throws(ImageError) -> Int {
        guard count > 0 else { return 0 }
        let value = try take(count)
        return value >> (count - 1) == 1 ? value : value - (1 << count - 1)
    }

    /// A difference of the lossless processes; category 16 is 32768 without further bits.
    package mutating func difference(_ table: HuffmanTable) throws(ImageError) -> Int {
        let category = try symbol(table)
        guard category <= 16 else { throw JPEGReader.broken("its codes are damaged") }
        return category == 16 ? 32768 : try signed(category)
    }

    /// The coefficients of a block, times their steps, row by row.
    package mutating func block(
        _ dc: HuffmanTable, _ ac: HuffmanTable, _ steps: [Int], _ previous: inout Int
    ) throws(ImageError) -> [Float] {
        var block = [Float](repeating: 0, count: 64)
        let size = try symbol(dc)
        guard size <= 16 else { throw JPEGReader.broken("its codes are damaged") }
        // Wraps as 16 bits do: a damaged file may add up to anything.
        previous = Int(Int32(truncatingIfNeeded: previous + (try signed(size))))
        block[0] = Float(previous * steps[0])
        var index = 1
        while index < 64 {
            let code = try symbol(ac)
            let (run, size) = (code >> 4, code & 15)
            if size == 0 {
                guard run == 15 else { break }
                index += 16
                continue
            }
            index += run
            guard index < 64 else { throw JPEGReader.broken("its codes are damaged") }
            block[CosineTransform.zigzag[index]] = Float(try signed(size) * steps[index])
            index += 1
        }
        return block
    }

    /// Goes past a restart marker to the next byte.
    package mutating func restart() throws(ImageError) {
        (buffer, filled, invented) = (0, 0, 0)
        while place + 1 < bytes.count, bytes[place] == 0xFF, bytes[place + 1] == 0xFF { place += 1 }
        guard place + 1 < bytes.count, bytes[place] == 0xFF,
            (0xD0...0xD7).contains(bytes[place + 1])
        else { throw JPEGReader.broken("a restart marker is missing") }
        place += 2
    }
}
