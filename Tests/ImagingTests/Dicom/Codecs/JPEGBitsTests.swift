import CambiumFiles
import CambiumImaging
import Testing

/// Writes what ``JPEGBits`` reads, from the tables of ITU T.81 (annexes C and F) alone.
private struct BitWriter {
    private(set) var bytes: [UInt8] = []
    private var (held, filled) = (0, 0)

    mutating func put(_ value: Int, _ count: Int) {
        for bit in (0..<count).reversed() {
            held = held << 1 | (value >> bit & 1)
            filled += 1
            guard filled == 8 else { continue }
            bytes.append(UInt8(held))
            if held == 0xFF { bytes.append(0) }
            (held, filled) = (0, 0)
        }
    }

    /// Fills the last byte with ones.
    mutating func finish() { while filled > 0 { put(1, 1) } }
}

/// The codes of a table: their lengths as counts, their values in order.
private struct Codes {
    let counts: [Int]
    let values: [UInt8]
    private var codes: [Int: (code: Int, length: Int)] = [:]

    init(_ counts: [Int], _ values: [UInt8]) {
        (self.counts, self.values) = (counts, values)
        var (code, next) = (0, 0)
        for length in 1...16 {
            for _ in 0..<counts[length - 1] {
                codes[Int(values[next])] = (code, length)
                (code, next) = (code + 1, next + 1)
            }
            code <<= 1
        }
    }

    func write(_ value: Int, to bits: inout BitWriter) throws {
        let (code, length) = try #require(codes[value])
        bits.put(code, length)
    }

    var table: HuffmanTable { get throws { try HuffmanTable(counts, values) } }

    /// The luminance differences of annex K, table K.3.
    static let luminance = Codes(
        [0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0], (0...11).map { UInt8($0) })
    /// All categories of the lossless processes, none with all ones.
    static let lossless = Codes(
        [0, 0, 3, 6, 5, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], (0...16).map { UInt8($0) })
    /// Every run with every size, the end and sixteen zeros, in codes of 4, 9 and 16 bits.
    static let coefficients = Codes(
        [0, 0, 0, 2, 0, 0, 0, 0, 60, 0, 0, 0, 0, 0, 0, 180],
        [0x00, 0xF0] + (0...15).flatMap { run in (1...15).map { UInt8(run << 4 | $0) } })
}

@Suite struct JPEGBitsTests {
    /// The bits of a number and how many they are (F.1.2.1.1).
    private func category(_ value: Int) -> (size: Int, bits: Int) {
        let size = Int.bitWidth - abs(value).leadingZeroBitCount
        return (size, value < 0 ? value + (1 << size) - 1 : value)
    }

    private func reading<Value>(
        _ bytes: [UInt8], _ body: (inout JPEGBits) throws -> Value
    ) rethrows -> Value {
        try bytes.withUnsafeBytes { bytes in
            var bits = JPEGBits(bytes, from: 0)
            return try body(&bits)
        }
    }

    @Test func `differences come out as they went in, with stuffed zeros between`() throws {
        var generator = SeededGenerator(seed: 2)
        let values =
            [32768, 0, 1, -1, 32767, -32767, 255, -255]
            + (0..<3000).map { _ in
                generator.index(below: 1 << (1 + generator.index(below: 15)))
                    * (generator.index(below: 2) == 0 ? 1 : -1)
            }
        var writer = BitWriter()
        for value in values {
            let (size, bits) = category(value)
            try Codes.lossless.write(size, to: &writer)
            if size < 16 { writer.put(bits, size) }
        }
        writer.finish()
        #expect(writer.bytes.contains(0xFF))
        let table = try Codes.lossless.table
        let end = writer.bytes.count
        try reading(writer.bytes + [0xFF, 0xD9]) { bits in
            for value in values {
                let found = try bits.difference(table)
                #expect(found == value)
            }
            #expect(bits.end == end)
        }
    }

    /// Where a coefficient of the zigzag stands, walked along the diagonals (figure A.6).
    private static let zigzag: [Int] = (0..<15).flatMap { sum -> [Int] in
        let rows = (max(0, sum - 7)...min(sum, 7)).map { $0 * 8 + sum - $0 }
        return sum % 2 == 0 ? rows.reversed() : rows
    }

    @Test func `blocks come out row by row, times their steps`() throws {
        var generator = SeededGenerator(seed: 9)
        let steps = (0..<64).map { 1 + $0 * 3 }
        var (writer, expected, last): (BitWriter, [[Float]], Int) = (BitWriter(), [], 0)
        for number in 0..<200 {
            var block = [Float](repeating: 0, count: 64)
            let mean = generator.index(below: 2000) - 1000
            let (size, bits) = category(mean - last)
            try Codes.luminance.write(size, to: &writer)
            writer.put(bits, size)
            block[0] = Float(mean * steps[0])
            last = mean
            var run = 0
            // Some blocks are full to the last coefficient, which needs no end.
            for index in 1..<64 {
                let isZero = generator.index(below: number % 5 == 0 ? 40 : 4) > 0
                if isZero, !(number % 10 == 0 && index == 63) {
                    run += 1
                    continue
                }
                while run > 15 {
                    try Codes.coefficients.write(0xF0, to: &writer)
                    run -= 16
                }
                let value = [1, -1, 5, -7, 1023, -1023][generator.index(below: 6)]
                let (size, bits) = category(value)
                try Codes.coefficients.write(run << 4 | size, to: &writer)
                writer.put(bits, size)
                block[Self.zigzag[index]] = Float(value * steps[index])
                run = 0
            }
            if run > 0 { try Codes.coefficients.write(0, to: &writer) }
            expected.append(block)
        }
        writer.finish()
        let (dc, ac) = (try Codes.luminance.table, try Codes.coefficients.table)
        try reading(writer.bytes) { bits in
            var previous = 0
            for block in expected {
                let found = try bits.block(dc, ac, steps, &previous)
                #expect(found == block)
            }
        }
    }

    @Test func `bits that are not there are an error, not zeros`() throws {
        let table = try Codes.lossless.table
        var writer = BitWriter()
        try Codes.lossless.write(9, to: &writer)
        writer.put(0x1AB, 9)
        writer.finish()
        #expect(try reading(writer.bytes) { try $0.difference(table) } == 0x1AB)
        let half = Array(writer.bytes.prefix(1))
        for bytes in [half, half + [0xFF, 0xD9], []] {
            #expect(throws: ImageError.self) {
                try reading(bytes) { try $0.difference(table) }
            }
        }
    }

    @Test func `codes that no table has are refused, and tables with too many codes`() throws {
        let table = try HuffmanTable([1] + [Int](repeating: 0, count: 15), [0])
        #expect(try reading([0x7F]) { try $0.difference(table) } == 0)
        #expect(throws: ImageError.self) {
            try reading([0x7F]) { bits in
                _ = try bits.difference(table)
                _ = try bits.difference(table)
            }
        }
        let counts = [1, 3] + [Int](repeating: 0, count: 14)
        #expect(throws: ImageError.self) { try HuffmanTable(counts, [0, 1, 2, 3]) }
    }

    @Test func `a restart goes on behind its marker, past filling bytes`() throws {
        var writer = BitWriter()
        try Codes.luminance.write(3, to: &writer)
        writer.put(5, 3)
        writer.finish()
        let table = try Codes.luminance.table
        let bytes = writer.bytes + [0xFF, 0xFF, 0xD3] + writer.bytes + [0xFF, 0xD9]
        func differences(restarts: Int) throws -> [Int] {
            try reading(bytes) { bits in
                var found = [try bits.difference(table)]
                for _ in 0..<restarts {
                    try bits.restart()
                    found.append(try bits.difference(table))
                }
                return found
            }
        }
        #expect(try differences(restarts: 1) == [5, 5])
        #expect(throws: ImageError.self) { try differences(restarts: 2) }
    }

    @Test func `restarts are numbered by three bits, other markers are none`() throws {
        for marker: UInt8 in 0xCF...0xD8 {
            let isRestart = (0xD0...0xD7).contains(marker)
            let found = try? reading([0xFF, marker]) { bits in
                try bits.restart()
                return bits.end
            }
            #expect(found == (isRestart ? 2 : nil), "\(marker)")
        }
    }

    /// What the codes of a table say that no encoder writes.
    @Test func `sizes beyond 16 bits and places beyond the block are refused`() throws {
        let wide = try HuffmanTable([1] + [Int](repeating: 0, count: 15), [17])
        let zero = try HuffmanTable([1] + [Int](repeating: 0, count: 15), [0])
        let long = try HuffmanTable([1, 1] + [Int](repeating: 0, count: 14), [0xF0, 0xF1])
        let steps = [Int](repeating: 1, count: 64)
        let bytes = [UInt8](repeating: 0, count: 32)
        #expect(throws: ImageError.self) { try reading(bytes) { try $0.difference(wide) } }
        #expect(throws: ImageError.self) {
            try reading(bytes) { bits in
                var previous = 0
                return try bits.block(wide, zero, steps, &previous)
            }
        }
        // 0: the mean; 0, 0, 0: 48 zeros; 10 1: 15 more and a one, at place 64.
        #expect(throws: ImageError.self) {
            try reading([0b0000_1010, 0, 0, 0]) { bits in
                var previous = 0
                return try bits.block(zero, long, steps, &previous)
            }
        }
    }

    @Test func `no size after fewer than 15 zeros is the end`() throws {
        let zero = try HuffmanTable([1] + [Int](repeating: 0, count: 15), [0])
        let codes = try HuffmanTable([1, 1] + [Int](repeating: 0, count: 14), [0xE0, 0x01])
        let block = try reading([0b0010_1000, 0, 0, 0]) { bits in
            var previous = 0
            return try bits.block(zero, codes, [Int](repeating: 1, count: 64), &previous)
        }
        #expect(block == [Float](repeating: 0, count: 64))
    }
}
