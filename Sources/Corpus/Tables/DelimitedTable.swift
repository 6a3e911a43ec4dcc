import CambiumFiles

/// The records of a table of text, in which commas, tabs or semicolons stand between the cells:
/// RFC 4180, with line breaks and doubled quotes in quoted cells, after any byte order mark, with
/// any line breaks. Mapped, read record by record.
package struct DelimitedTable {
    /// One record; its cells are made to text when asked for.
    package struct Record {
        /// The line on which it begins, from 1.
        package let line: Int
        fileprivate let cells: [Cell]

        /// Cells.
        package var count: Int { cells.count }
        /// Whether there is nothing on the line.
        fileprivate var isBlank: Bool { cells.count == 1 && cells[0].isBlank }
    }

    fileprivate struct Cell {
        let bytes: Range<Int>
        let isQuoted: Bool
        var isBlank: Bool { bytes.isEmpty && !isQuoted }
    }

    /// The path of the file, for messages.
    let path: String
    private let file: MappedFile
    private let separator: UInt8
    private var position: Int
    private var line = 1

    private static let quote = UInt8(ascii: "\"")
    private static let mostCells = 4096

    /// Opens a file; the separator is the one of tab, comma and semicolon that stands in its
    /// first line, in this order.
    package init(_ path: String) throws(CorpusError) {
        let file = try onFiles { () throws(FileError) in try MappedFile(path) }
        try self.init(file)
    }

    init(_ file: MappedFile) throws(CorpusError) {
        let (start, separator) = try file.withBytes { bytes throws(CorpusError) in
            let wide = bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF])
            guard !wide else {
                throw .dataSet(path: file.path, reason: "UTF-16 text; save it as UTF-8")
            }
            let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
            return (start, Self.separator(bytes[start...]))
        }
        (path, self.file, self.separator, position) = (file.path, file, separator, start)
    }

    private static func separator(_ bytes: Slice<UnsafeRawBufferPointer>) -> UInt8 {
        var found: Set<UInt8> = []
        var quoted = false
        for byte in bytes {
            if byte == quote { quoted.toggle() }
            if !quoted, byte == 0x0A || byte == 0x0D {
                if !found.isEmpty { break }
            } else if !quoted {
                found.insert(byte)
            }
        }
        return [0x09, 0x2C, 0x3B].first(where: found.contains) ?? 0x2C
    }

    /// The next record that is not blank; nil after the last.
    /// - Throws: for quotes after which nobody can say where cells end.
    package mutating func next() throws(CorpusError) -> Record? {
        while let record = try record() {
            if !record.isBlank { return record }
        }
        return nil
    }

    /// A cell as text, quotes undone; nil where it is no UTF-8.
    package func text(_ record: Record, _ column: Int) -> String? {
        let cell = record.cells[column]
        return file.withBytes { bytes in
            let part = UnsafeRawBufferPointer(rebasing: bytes[cell.bytes])
            guard cell.isQuoted else { return String(validating: part, as: UTF8.self) }
            return String(
                validating: TSVCell(bytes: part, quoted: true).content, as: UTF8.self)
        }
    }

    private mutating func record() throws(CorpusError) -> Record? {
        let file = file
        return try file.withBytes { bytes throws(CorpusError) in
            guard position < bytes.count else { return nil }
            let start = line
            var cells: [Cell] = []
            while true {
                guard cells.count < Self.mostCells else {
                    throw error(start, "more than \(Self.mostCells) columns; is this a table?")
                }
                cells.append(try cell(bytes, number: cells.count + 1, start))
                guard position < bytes.count, bytes[position] == separator else { break }
                position += 1
            }
            breakLine(bytes)
            return Record(line: start, cells: cells)
        }
    }

    /// Reads a cell; stops at what follows it.
    private mutating func cell(
        _ bytes: UnsafeRawBufferPointer, number: Int, _ start: Int
    ) throws(CorpusError) -> Cell {
        guard position < bytes.count, bytes[position] == Self.quote else {
            let begin = position
            while position < bytes.count, !ends(bytes[position]) {
                guard bytes[position] != 0 else { throw zero(start, number) }
                position += 1
            }
            return Cell(bytes: begin..<position, isQuoted: false)
        }
        let begin = position + 1
        position = begin
        while position < bytes.count {
            if bytes[position] == Self.quote {
                position += 1
                if position < bytes.count, bytes[position] == Self.quote {
                    position += 1
                    continue
                }
                guard position == bytes.count || ends(bytes[position]) else {
                    throw error(start, "text after the closing quote in column \(number)")
                }
                return Cell(bytes: begin..<(position - 1), isQuoted: true)
            }
            guard bytes[position] != 0 else { throw zero(start, number) }
            if !breakLine(bytes) { position += 1 }
        }
        throw error(start, "the quote that opens column \(number) is never closed")
    }

    private func ends(_ byte: UInt8) -> Bool {
        byte == separator || byte == 0x0A || byte == 0x0D
    }

    /// Steps over a line break and counts it; whether there was one.
    @discardableResult
    private mutating func breakLine(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard position < bytes.count, bytes[position] == 0x0A || bytes[position] == 0x0D else {
            return false
        }
        let isPair =
            bytes[position] == 0x0D && position + 1 < bytes.count && bytes[position + 1] == 0x0A
        position += isPair ? 2 : 1
        line += 1
        return true
    }

    private func zero(_ line: Int, _ column: Int) -> CorpusError {
        error(line, "a zero byte in column \(column); this is no text")
    }

    private func error(_ line: Int, _ reason: String) -> CorpusError {
        .row(file: path, line: line, reason: reason)
    }
}
