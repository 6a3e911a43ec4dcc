/// One cell of a row where it lies in the file, plain or quoted as pandas quotes.
struct TSVCell {
    /// The cell without its outer quotes.
    let bytes: UnsafeRawBufferPointer
    /// Whether doubled quotes inside stand for one.
    let quoted: Bool

    /// The content with doubled quotes undone.
    var content: [UInt8] {
        guard quoted else { return Array(bytes) }
        var content: [UInt8] = []
        var skip = false
        for byte in bytes {
            if byte == TSVCell.quote, !skip {
                skip = true
            } else {
                skip = false
                content.append(byte)
            }
        }
        return content
    }

    private static let quote = UInt8(ascii: "\"")
    private static let tab = UInt8(ascii: "\t")

    /// The cells of a line (without its line break).
    static func split(_ line: UnsafeRawBufferPointer) -> [TSVCell] {
        var cells: [TSVCell] = []
        var start = 0
        while start <= line.count {
            if let end = closingQuote(line, from: start) {
                let inner = UnsafeRawBufferPointer(rebasing: line[(start + 1)..<end])
                cells.append(TSVCell(bytes: inner, quoted: true))
                start = end + 2
            } else {
                let end = line[start...].firstIndex(of: tab) ?? line.count
                let whole = UnsafeRawBufferPointer(rebasing: line[start..<end])
                cells.append(TSVCell(bytes: whole, quoted: false))
                start = end + 1
            }
        }
        return cells
    }

    /// Where a cell that begins with a quote ends with one: the first that is not doubled and
    /// stands before a tab or the end. Anything else is a plain cell that has a quote in it.
    private static func closingQuote(_ line: UnsafeRawBufferPointer, from start: Int) -> Int? {
        guard start < line.count, line[start] == quote else { return nil }
        var place = start + 1
        while place < line.count {
            if line[place] == quote {
                let next = place + 1
                if next == line.count || line[next] == tab { return place }
                guard line[next] == quote else { return nil }
                place = next
            }
            place += 1
        }
        return nil
    }
}
