/// The JPEG processes of medical images that libjpeg-turbo's 8 bits do not cover: lossless
/// (ITU T.81, process 14, any predictor) up to 16 bits, and sequential of 12 bits (process 4),
/// both with Huffman codes.
struct DeepJPEG {
    /// Samples a component, `[height, width]` each.
    private(set) var planes: [[UInt16]]
    private let reader: JPEGReader
    private let header: Header

    /// The frame header (SOF).
    private struct Header {
        let isLossless: Bool
        let bits: Int
        let width: Int
        let height: Int
        /// Identifier and quantisation table of each component.
        let components: [(id: UInt8, quantization: Int)]
    }

    /// Decodes a whole picture.
    /// - Throws: ``ImageError/dicom(detail:)`` for a codestream that is broken, ends early, or has
    ///   subsampled components.
    static func decode(_ bytes: UnsafeRawBufferPointer) throws(ImageError) -> DeepJPEG {
        var reader = JPEGReader(bytes)
        try reader.readTables()
        var picture = try DeepJPEG(reader)
        try picture.readScans()
        return picture
    }

    private init(_ reader: JPEGReader) throws(ImageError) {
        self.reader = reader
        header = try Self.header(reader)
        planes = Array(
            repeating: [UInt16](repeating: 0, count: header.width * header.height),
            count: header.components.count)
    }

    private static func header(_ reader: JPEGReader) throws(ImageError) -> Header {
        let body = reader.body
        // A scan header read as one would promise any size.
        guard reader.marker != 0xDA else { throw JPEGReader.broken("its frame header is missing") }
        guard body.count >= 6, body.count >= 6 + 3 * Int(body[5]), (1...3).contains(body[5]) else {
            throw JPEGReader.broken("its frame header is too short")
        }
        var components: [(id: UInt8, quantization: Int)] = []
        for number in 0..<Int(body[5]) {
            let place = 6 + 3 * number
            // A single component is never subsampled, whatever its factors say.
            guard body[5] == 1 || body[place + 1] == 0x11, body[place + 2] < 4 else {
                throw JPEGReader.broken("its colours are subsampled, which is not read here")
            }
            components.append((body[place], Int(body[place + 2])))
        }
        let height = Int(body[1]) << 8 | Int(body[2])
        return Header(
            isLossless: reader.marker == 0xC3, bits: Int(body[0]),
            width: Int(body[3]) << 8 | Int(body[4]), height: height, components: components)
    }

    /// Reads scans until every component has been in one.
    private mutating func readScans() throws(ImageError) {
        var reader = reader
        var missing = Set(header.components.indices)
        while !missing.isEmpty {
            try reader.readTables()
            let scan = try Scan(reader, header.components.map(\.id))
            missing.subtract(scan.components.map(\.index))
            if header.isLossless {
                try readLossless(scan, &reader)
            } else {
                try readBlocks(scan, &reader)
            }
        }
    }

    /// The scan header (SOS).
    private struct Scan {
        /// Which component, and its tables for the first and the other values.
        var components: [(index: Int, dc: Int, ac: Int)] = []
        /// The predictor of lossless scans, the first coefficient of others.
        let start: Int
        let end: Int
        /// Bits that were left out at the bottom.
        let shift: Int

        init(_ reader: JPEGReader, _ identifiers: [UInt8]) throws(ImageError) {
            let body = reader.body
            guard reader.marker == 0xDA, let count = body.first, body.count >= 4 + 2 * Int(count),
                (1...identifiers.count).contains(Int(count))
            else { throw JPEGReader.broken("a scan header is not what it should be") }
            for number in 0..<Int(count) {
                let tables = body[2 + 2 * number]
                guard let index = identifiers.firstIndex(of: body[1 + 2 * number]),
                    tables >> 4 < 4, tables & 15 < 4,
                    !components.contains(where: { $0.index == index })
                else { throw JPEGReader.broken("a scan names no component") }
                components.append((index, Int(tables >> 4), Int(tables & 15)))
            }
            let rest = 1 + 2 * Int(count)
            (start, end) = (Int(body[rest]), Int(body[rest + 1]))
            shift = Int(body[rest + 2] & 15)
        }
    }
}

// MARK: - Lossless

extension DeepJPEG {
    private mutating func readLossless(
        _ scan: Scan, _ reader: inout JPEGReader
    ) throws(ImageError) {
        guard (1...7).contains(scan.start), scan.shift < header.bits else {
            throw JPEGReader.broken("predictor \(scan.start) does not exist")
        }
        let tables = try scan.components.map { (part) throws(ImageError) in
            try reader.table(0, part.dc)
        }
        let first = 1 << (header.bits - scan.shift - 1)
        let (width, interval) = (header.width, reader.restartInterval)
        var bits = reader.entropyCoded()
        var done = 0
        // The row in which the prediction began anew.
        var top = 0
        for y in 0..<header.height {
            for x in 0..<width {
                if interval > 0, done > 0, done % interval == 0 {
                    guard x == 0 else { throw JPEGReader.broken("it restarts within a row") }
                    try bits.restart()
                    top = y
                }
                for (part, table) in zip(scan.components, tables) {
                    let difference = try bits.difference(table)
                    let place = y * width + x
                    let predicted =
                        y == top
                        ? (x == 0 ? first : sample(part.index, place - 1, scan.shift))
                        : x == 0
                            ? sample(part.index, place - width, scan.shift)
                            : predict(part.index, place, scan)
                    planes[part.index][place] = UInt16(
                        truncatingIfNeeded: (predicted + difference) << scan.shift)
                }
                done += 1
            }
        }
        reader.resume(after: bits)
    }

    private func sample(_ component: Int, _ place: Int, _ shift: Int) -> Int {
        Int(planes[component][place]) >> shift
    }

    /// T.81, table H.1.
    private func predict(_ component: Int, _ place: Int, _ scan: Scan) -> Int {
        let left = sample(component, place - 1, scan.shift)
        let above = sample(component, place - header.width, scan.shift)
        let corner = sample(component, place - header.width - 1, scan.shift)
        return switch scan.start {
        case 1: left
        case 2: above
        case 3: corner
        case 4: left + above - corner
        case 5: left + (above - corner) >> 1
        case 6: above + (left - corner) >> 1
        default: (left + above) >> 1
        }
    }
}

// MARK: - Sequential

extension DeepJPEG {
    private mutating func readBlocks(
        _ scan: Scan, _ reader: inout JPEGReader
    ) throws(ImageError) {
        guard scan.start == 0, scan.end == 63, scan.shift == 0 else {
            throw JPEGReader.broken("a sequential scan leaves coefficients out")
        }
        var parts: [(index: Int, dc: HuffmanTable, ac: HuffmanTable, steps: [Int])] = []
        for part in scan.components {
            let steps = try reader.quantization(header.components[part.index].quantization)
            parts.append(
                (part.index, try reader.table(0, part.dc), try reader.table(1, part.ac), steps))
        }
        var previous = [Int](repeating: 0, count: parts.count)
        var bits = reader.entropyCoded()
        var done = 0
        for top in stride(from: 0, to: header.height, by: 8) {
            for left in stride(from: 0, to: header.width, by: 8) {
                if reader.restartInterval > 0, done > 0, done % reader.restartInterval == 0 {
                    try bits.restart()
                    previous = previous.map { _ in 0 }
                }
                for (number, part) in parts.enumerated() {
                    let block = try bits.block(part.dc, part.ac, part.steps, &previous[number])
                    store(CosineTransform.inverse(block), part.index, left, top)
                }
                done += 1
            }
        }
        reader.resume(after: bits)
    }

    private mutating func store(_ block: [Float], _ component: Int, _ left: Int, _ top: Int) {
        let (middle, highest) = (Float(1 << (header.bits - 1)), Float(1 << header.bits - 1))
        for y in top..<min(top + 8, header.height) {
            for x in left..<min(left + 8, header.width) {
                let level = (block[(y - top) * 8 + x - left] + middle).rounded()
                planes[component][y * header.width + x] = UInt16(min(max(level, 0), highest))
            }
        }
    }
}
