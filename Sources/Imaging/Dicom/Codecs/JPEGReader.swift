/// The markers and tables of a JPEG codestream (ITU T.81, annex B).
struct JPEGReader {
    private let bytes: UnsafeRawBufferPointer
    private var place = 2
    /// The marker that reading stopped at: a frame (SOF) or a scan (SOS).
    private(set) var marker: UInt8 = 0
    /// What the marker holds.
    private(set) var body: [UInt8] = []
    /// Units between restart markers; 0: none.
    private(set) var restartInterval = 0
    private var huffman: [Int: HuffmanTable] = [:]
    private var quantization: [Int: [Int]] = [:]

    /// Begins after the first marker.
    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// Reads tables up to and with the next frame or scan header.
    mutating func readTables() throws(ImageError) {
        while true {
            guard place + 4 <= bytes.count, bytes[place] == 0xFF else {
                throw Self.broken("it ends before the picture does")
            }
            marker = bytes[place + 1]
            if marker == 0xFF {
                place += 1
                continue
            }
            let length = Int(bytes.short(place + 2, big: true))
            guard length >= 2, place + 2 + length <= bytes.count else {
                throw Self.broken("it ends before the picture does")
            }
            body = Array(bytes[place + 4..<place + 2 + length])
            place += 2 + length
            switch marker {
            case 0xC4: try addHuffman()
            case 0xDB: try addQuantization()
            case 0xDD where body.count >= 2: restartInterval = Int(body[0]) << 8 | Int(body[1])
            case 0xC1, 0xC3, 0xDA: return
            case 0xE0...0xEF, 0xFE: break
            default: throw Self.broken("marker FF\(String(marker, radix: 16, uppercase: true))")
            }
        }
    }

    /// A Huffman table that has been given; `kind` 0 is for DC values and lossless differences.
    func table(_ kind: Int, _ number: Int) throws(ImageError) -> HuffmanTable {
        guard let table = huffman[kind << 4 | number] else {
            throw Self.broken("a Huffman table is missing")
        }
        return table
    }

    /// Quantisation steps in the order of the zigzag.
    func quantization(_ number: Int) throws(ImageError) -> [Int] {
        guard let steps = quantization[number] else {
            throw Self.broken("a quantisation table is missing")
        }
        return steps
    }

    /// The bits of the scan that begins here.
    func entropyCoded() -> JPEGBits { JPEGBits(bytes, from: place) }

    /// Goes on where a scan ended.
    mutating func resume(after bits: JPEGBits) { place = bits.end }

    private mutating func addHuffman() throws(ImageError) {
        var rest = body[...]
        while let kind = rest.popFirst() {
            let counts = rest.prefix(16).map(Int.init)
            let total = counts.reduce(0, +)
            guard counts.count == 16, rest.count >= 16 + total, total <= 256 else {
                throw Self.broken("a Huffman table is cut off")
            }
            let values = Array(rest.dropFirst(16).prefix(total))
            huffman[Int(kind)] = try HuffmanTable(counts, values)
            rest = rest.dropFirst(16 + total)
        }
    }

    private mutating func addQuantization() throws(ImageError) {
        var rest = body[...]
        while let kind = rest.popFirst() {
            let size = kind >> 4 == 0 ? 1 : 2
            guard rest.count >= 64 * size else {
                throw Self.broken("a quantisation table is cut off")
            }
            let values = Array(rest.prefix(64 * size))
            quantization[Int(kind & 15)] = (0..<64).map {
                size == 1 ? Int(values[$0]) : Int(values[2 * $0]) << 8 | Int(values[2 * $0 + 1])
            }
            rest = rest.dropFirst(64 * size)
        }
    }

    static func broken(_ what: String) -> ImageError {
        .dicom(detail: "broken DICOM: JPEG, \(what); copy the file again or leave it out")
    }
}

/// Codes of up to 16 bits, found by all of the next 16.
package struct HuffmanTable {
    /// For every 16 bits: the code's length, 0 where there is none, and its value.
    private let entries: [UInt16]

    /// A table of how many codes there are of each length, and of their values in order.
    package init(_ counts: [Int], _ values: [UInt8]) throws(ImageError) {
        var entries = [UInt16](repeating: 0, count: 1 << 16)
        var (code, next) = (0, 0)
        for length in 1...16 {
            for _ in 0..<counts[length - 1] {
                let span = 1 << (16 - length)
                guard code + span <= 1 << 16 else {
                    throw JPEGReader.broken("a Huffman table has too many codes")
                }
                let entry = UInt16(length) << 8 | UInt16(values[next])
                for place in code..<code + span { entries[place] = entry }
                (code, next) = (code + span, next + 1)
            }
        }
        self.entries = entries
    }

    subscript(_ bits: Int) -> (length: Int, value: Int) {
        (Int(entries[bits] >> 8), Int(entries[bits] & 0xFF))
    }
}
