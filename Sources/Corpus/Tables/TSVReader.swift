import CambiumFiles

/// Random access to the rows of one tab-separated file of two columns, `key<TAB>value`, without
/// a header: mapped, never read as a whole. Takes plain cells, cells that pandas quoted, and
/// either line break.
package struct TSVReader: Sendable {
    private let file: MappedFile
    private let offsets: [Int]

    /// The path it was opened from.
    package var path: String { file.path }
    /// Rows.
    package var count: Int { offsets.count }

    /// Opens a file and its line index, which is rebuilt when missing or older than the file.
    package init(_ path: String) throws(CorpusError) {
        let opened = try onFiles { () throws(FileError) in
            let file = try MappedFile(path)
            return (file, try LineIndex.of(file))
        }
        (file, offsets) = opened
    }

    /// Opens a file and finds its rows anew; the stored line index is neither read nor written.
    init(scanning path: String) throws(CorpusError) {
        file = try onFiles { () throws(FileError) in try MappedFile(path) }
        offsets = file.withBytes(LineIndex.scan)
    }

    /// What the line index of the file should hold.
    var lineIndex: String { LineIndex.text(offsets) }

    /// The first column of a row.
    package func key(_ row: Int) throws(CorpusError) -> String {
        try withCells(row) { key, _ throws(CorpusError) in try text(key, row) }
    }

    /// The second column of a row as text.
    package func value(_ row: Int) throws(CorpusError) -> String {
        try withCells(row) { _, value throws(CorpusError) in try text(value, row) }
    }

    /// The second column of a row, base64 undone.
    package func bytes(_ row: Int) throws(CorpusError) -> [UInt8] {
        try withCells(row) { _, value throws(CorpusError) in
            do throws(Base64Error) {
                let bytes = try Base64.decode(value.bytes).get()
                if !bytes.isEmpty { return bytes }
            } catch {
                throw self.error(row, Self.reason(value.bytes))
            }
            throw self.error(row, "the base64 cell is empty")
        }
    }

    /// Why a cell is not base64.
    private static func reason(_ text: UnsafeRawBufferPointer) -> String {
        guard text.count.isMultiple(of: 4) else {
            return "\(text.count) characters of base64 are not a multiple of 4; "
                + "the row may be cut off"
        }
        let padding = text.suffix(2).reversed().prefix { $0 == UInt8(ascii: "=") }.count
        let place = text.dropLast(padding).firstIndex { !Base64.isLetter($0) } ?? 0
        return "character \(place + 1) of the base64 (byte \(text[place])) is not in the "
            + "standard alphabet"
    }

    /// An error at a row.
    package func error(_ row: Int, _ reason: String) -> CorpusError {
        .row(file: path, line: row + 1, reason: reason)
    }

    private func text(_ cell: TSVCell, _ row: Int) throws(CorpusError) -> String {
        guard let text = String(validating: cell.content, as: UTF8.self) else {
            throw error(row, "not UTF-8 text; save the file as UTF-8")
        }
        return text
    }

    private func withCells<Result>(
        _ row: Int, _ body: (TSVCell, TSVCell) throws(CorpusError) -> Result
    ) throws(CorpusError) -> Result {
        try file.withBytes { bytes throws(CorpusError) in
            let cells = TSVCell.split(try line(row, bytes))
            guard cells.count == 2 else {
                throw error(
                    row, "expected key<TAB>value, got \(cells.count) column\(cells.count.ending)")
            }
            return try body(cells[0], cells[1])
        }
    }

    /// A row without its line break. A stored index that does not fit the file is noticed here.
    private func line(
        _ row: Int, _ bytes: UnsafeRawBufferPointer
    ) throws(CorpusError) -> UnsafeRawBufferPointer {
        let start = offsets[row]
        var end = row + 1 < offsets.count ? offsets[row + 1] : bytes.count
        let newline = UInt8(ascii: "\n")
        let last = row + 1 == offsets.count
        if last {
            while end > start, bytes[end - 1] == newline || bytes[end - 1] == 0x0D { end -= 1 }
        } else if bytes[end - 1] == newline {
            end -= 1
            if end > start, bytes[end - 1] == 0x0D { end -= 1 }
        }
        let line = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
        let fits = (start == 0 || bytes[start - 1] == newline) && !line.contains(newline)
        guard fits else {
            throw .dataSet(
                path: LineIndex.path(for: path),
                reason: "does not fit \(path) at row \(row + 1); delete the index, it is rebuilt")
        }
        return line
    }
}

extension Int {
    /// The plural's "s".
    var ending: String { self == 1 ? "" : "s" }
}
