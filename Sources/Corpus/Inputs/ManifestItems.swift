import CambiumFiles
import CambiumImaging

/// The images that a manifest names: a CSV or TSV table with a header.
package struct ManifestItems {
    private let path: String
    private let root: String
    private let classText: ClassTextRule
    private let readsSplits: Bool
    private let reading: ImageReading
    private let table: DelimitedTable
    private let columns: ManifestColumns

    /// Opens a manifest and reads its header.
    /// - Parameters:
    ///   - root: where relative paths begin; nil: the manifest's folder.
    ///   - readsSplits: whether a `split` column counts.
    init(
        _ path: String, root: String?, classText: ClassTextRule, named: ManifestColumns.Named,
        readsSplits: Bool, reading: ImageReading
    ) throws(CorpusError) {
        var table = try DelimitedTable(Self.text(path))
        guard let header = try table.next() else {
            throw .dataSet(
                path: path, reason: "an empty manifest; its first line must name the columns")
        }
        let names = try (0..<header.count).map { column throws(CorpusError) in
            guard let name = table.text(header, column) else {
                throw .row(
                    file: path, line: header.line, reason: "not UTF-8 text; save it as UTF-8")
            }
            return name
        }
        guard names.count > 1 else {
            throw .argument(
                "\(path): not a folder, and no manifest either: its first line must name the "
                    + "columns, path and label; found: \(shown(names.joined(separator: ", ")))")
        }
        columns = try ManifestColumns(names, file: path, line: header.line, named: named)
        self.root = root ?? FileSystem.parent(path)
        (self.path, self.classText, self.table) = (path, classText, table)
        (self.readsSplits, self.reading) = (readsSplits, reading)
    }

    /// Opens a file; what is no text cannot be a manifest.
    private static func text(_ path: String) throws(CorpusError) -> MappedFile {
        let file = try onFiles { () throws(FileError) in try MappedFile(path) }
        let isBinary = file.withBytes { bytes in
            let head = bytes.prefix(16)
            return !head.starts(with: [0xFF, 0xFE]) && !head.starts(with: [0xFE, 0xFF])
                && head.contains(0) || ImageFormat.claimed(by: bytes) == .jpeg
        }
        guard !isBinary else {
            throw .argument(
                "\(path): neither a folder nor a manifest (a table of text); for images, give "
                    + "their folder")
        }
        return file
    }

    /// What a manifest names, without reading any image: the key, class text, group and split of
    /// each row, and the reasons of the rows that cannot be used.
    package static func listing(
        _ path: String
    ) throws(CorpusError) -> (rows: [Listed], rejected: [String]) {
        let items = try ManifestItems(
            path, root: nil, classText: ClassTextRule(), named: ManifestColumns.Named(),
            readsSplits: true, reading: ImageReading())
        let (rows, passedOver) = try items.find(onError: .reject)
        return (
            rows.map { Listed(key: $0.key, text: $0.classText, group: $0.group, split: $0.split) },
            passedOver.map(\.reason)
        )
    }

    /// A row of a manifest.
    package struct Listed: Equatable {
        package let key: String
        package let text: String
        package let group: String?
        package let split: SplitName?

        package init(key: String, text: String, group: String? = nil, split: SplitName? = nil) {
            (self.key, self.text, self.group, self.split) = (key, text, group, split)
        }
    }

    /// Whether the manifest says which image belongs where.
    var hasSplits: Bool { columns.split != nil }

    /// All of them, in the order of the rows.
    func find(
        onError: OnError
    ) throws(CorpusError) -> (items: [PrepareItem], passedOver: [Rejection]) {
        var table = table
        var rows = ManifestRows(path: path)
        var items: [PrepareItem] = []
        var passedOver: [Rejection] = []
        let source = ItemSource(.folder(root), reader: reader(rows.name))
        while let record = try table.next() {
            let place = RowPlace(file: rows.name, line: record.line)
            switch item(record, table, &rows, source) {
            case .success(let item): items.append(item)
            case .failure(let unusable):
                guard onError == .reject else {
                    throw .row(file: path, line: record.line, reason: unusable.reason)
                }
                passedOver.append(
                    Rejection(
                        path: unusable.path ?? "\(rows.name):\(record.line)",
                        reason: "\(unusable.reason) \(place.note)", isFailure: true))
            }
        }
        guard !items.isEmpty || !passedOver.isEmpty else {
            throw .dataSet(path: path, reason: "a manifest without rows; nothing to prepare")
        }
        return (items, passedOver)
    }

    /// Reads what a row names; made once for all of them.
    private func reader(_ file: String) -> PrepareItem.Reader {
        { [reading] item throws(CorpusError) in
            try RowPlace(file: file, line: Int(item.line)).naming { () throws(CorpusError) in
                try FolderItems.read(item.file ?? item.path, key: item.path, reading)
            }
        }
    }

    private struct Unusable: Error {
        var path: String?
        let reason: String
    }

    private func item(
        _ record: DelimitedTable.Record, _ table: DelimitedTable, _ rows: inout ManifestRows,
        _ source: ItemSource
    ) -> Result<PrepareItem, Unusable> {
        Result { () throws(Unusable) in
            guard record.count == columns.count else {
                throw Unusable(
                    reason: "\(record.count) column\(record.count.ending), "
                        + "but the first line names \(columns.count)")
            }
            let image = try cell(columns.path, "path", record, table).withoutDots
            guard !image.isEmpty else { throw Unusable(reason: "no path") }
            if let earlier = rows.lines.updateValue(Int32(clamping: record.line), forKey: image) {
                rows.lines[image] = earlier
                throw Unusable(
                    path: image, reason: "the same path as in line \(earlier)")
            }
            let label = rows.shared(
                try cell(columns.text, "label", record, table).oneLine.trimmedSpace)
            guard !label.isEmpty else { throw Unusable(path: image, reason: "no label") }
            guard let text = classText.text(ofCell: label) else {
                throw Unusable(path: image, reason: "no label for \(shown(label))")
            }
            let isWhole = root == "." || image.hasPrefix("/")
            let item = PrepareItem(
                path: image, key: ImageKey.encode(image), classText: rows.shared(text),
                classFolder: columns.isCaption ? "" : label,
                outerFolders: rows.shared(image.foldersOfPath),
                source: isWhole ? ItemSource(.file(image), reader: source.reader) : source)
            item.line = Int32(clamping: record.line)
            item.isCaption = columns.isCaption
            item.group = try group(record, table, &rows)
            item.split = try split(record, table, image)
            return item
        }
    }

    private func group(
        _ record: DelimitedTable.Record, _ table: DelimitedTable, _ rows: inout ManifestRows
    ) throws(Unusable) -> String? {
        guard let column = columns.group else { return nil }
        let name = try cell(column, "group", record, table).trimmedSpace
        return name.isEmpty ? nil : rows.shared(name)
    }

    private func split(
        _ record: DelimitedTable.Record, _ table: DelimitedTable, _ image: String
    ) throws(Unusable) -> SplitName? {
        guard readsSplits, let column = columns.split else { return nil }
        let text = try cell(column, "split", record, table).trimmedSpace
        guard let split = SplitName(written: text) else {
            throw Unusable(
                path: image,
                reason: text.isEmpty
                    ? "no split" : "the split \(shown(text)) is none of train, validation, test")
        }
        return split
    }

    private func cell(
        _ column: Int, _ what: String, _ record: DelimitedTable.Record, _ table: DelimitedTable
    ) throws(Unusable) -> String {
        guard let text = table.text(record, column) else {
            throw Unusable(reason: "the \(what) is not UTF-8 text")
        }
        return text
    }
}

/// What the rows of a manifest share.
private struct ManifestRows {
    /// The manifest's file name.
    let name: String
    /// Where each path stands.
    var lines: [String: Int32] = [:]
    private var texts: Set<String> = []

    init(path: String) { name = FileSystem.name(path) }

    /// The same text, stored once.
    mutating func shared(_ text: String) -> String { texts.insert(text).memberAfterInsert }
}

/// A row of a manifest, in messages about its image.
private struct RowPlace {
    let file: String
    let line: Int

    var note: String { "(\(file):\(line))" }

    /// Adds the place to an error about an image.
    func naming<Value>(_ body: () throws(CorpusError) -> Value) throws(CorpusError) -> Value {
        do throws(CorpusError) {
            return try body()
        } catch {
            guard case .image(let key, let reason) = error else { throw error }
            throw .image(key: key, reason: "\(reason) \(note)")
        }
    }
}

extension SplitName {
    /// A split as people write it: `train`, `training`, `val`, `valid`, `validation`, `test`, ...
    init?(written text: String) {
        switch text.lowercased() {
        case "train", "training": self = .train
        case "validation", "val", "valid": self = .validation
        case "test", "testing": self = .test
        default: return nil
        }
    }
}

extension String {
    /// A path without `./` at its start.
    fileprivate var withoutDots: String {
        var path = self[...]
        while path.hasPrefix("./") { path = path.dropFirst(2) }
        return String(path)
    }

    /// The folders of a path, without its last part.
    var foldersOfPath: String {
        lastIndex(of: "/").map { String(self[..<$0]) } ?? ""
    }
}
