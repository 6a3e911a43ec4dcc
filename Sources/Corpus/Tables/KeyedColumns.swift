internal import CambiumFiles

/// Columns of a table of text (a manifest, or any table with keys), by the key of the row.
package struct KeyedColumns {
    /// The cells of a row in the order of the columns asked for, by key.
    package let cells: [String: [String]]

    private static let keyNames = [
        "key", "path", "image", "file", "filename", "file_name", "image_path",
    ]

    /// Reads some columns, named as the first record names them (capitals do not matter).
    /// - Throws: for a column that is missing, with what was found; a row with another number of
    ///   cells; a key that stands twice.
    package init(_ path: String, columns: [String]) throws(CorpusError) {
        var table = try DelimitedTable(path)
        guard let header = try table.next() else {
            throw .dataSet(path: path, reason: "an empty table; a first line of names expected")
        }
        let names = try Self.texts(header, table).map { $0.trimmedSpace.lowercased() }
        func column(_ candidates: [String]) throws(CorpusError) -> Int {
            for name in candidates {
                if let found = names.firstIndex(of: name.lowercased()) { return found }
            }
            throw .argument(
                "\(path): no column \(candidates[0]); there are "
                    + names.prefix(20).joined(separator: ", "))
        }
        let key = try column(Self.keyNames)
        var places: [Int] = []
        for name in columns { places.append(try column([name])) }
        var cells: [String: [String]] = [:]
        while let record = try table.next() {
            let texts = try Self.texts(record, table)
            guard texts.count == names.count else {
                throw .dataSet(
                    path: "\(path):\(record.line)",
                    reason: "\(texts.count) cells; \(names.count) expected as in the first line")
            }
            let row = places.map { texts[$0].trimmedSpace }
            guard cells.updateValue(row, forKey: texts[key]) == nil else {
                throw .dataSet(
                    path: "\(path):\(record.line)",
                    reason: "the key \(texts[key]) stands in an earlier row already")
            }
        }
        self.cells = cells
    }

    private static func texts(
        _ record: DelimitedTable.Record, _ table: DelimitedTable
    ) throws(CorpusError) -> [String] {
        var texts: [String] = []
        for column in 0..<record.count {
            guard let text = table.text(record, column) else {
                throw .dataSet(
                    path: "\(table.path):\(record.line)", reason: "cell \(column + 1) is no UTF-8")
            }
            texts.append(text)
        }
        return texts
    }
}
