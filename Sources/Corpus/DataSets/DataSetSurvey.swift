public import CambiumFiles
internal import CambiumImaging

/// What a data set looks like, for a page: its rows, duplicates, groups and what was rejected.
public struct DataSetSurvey: Sendable {
    /// The folder.
    public let path: String
    /// `dataset.json`, where there is one.
    public let manifest: JSON?
    /// All rows, split by split.
    public let rows: [ScannedRow]
    /// The class texts in the order of their ids, then those that are in no label file.
    public let classes: [String]
    /// Images that show the same, by their numbers in ``rows``.
    public let duplicates: Duplicates
    /// The rows of each known group; nil when no groups are known.
    public let groups: [(group: String, rows: [Int])]?
    /// The inputs that were not used, and why.
    public let rejected: [(path: String, reason: String)]
    private let images: [SplitName: ShardedFiles]

    /// Reads and decodes a data set. `progress` hears of every image.
    public init(
        _ path: String, workers: Int, progress: (PrepareProgress) -> Void = { _ in }
    ) throws(CorpusError) {
        let tables = try DataSetTables(path)
        var scan = try DataSetScan(decodes: true, workers: workers)
        var images: [SplitName: ShardedFiles] = [:]
        for split in tables.splits {
            guard let table = split.images else { continue }
            images[split.name] = table
            try scan.add(split.name, table, labels: split.labels) {
                progress(PrepareProgress(done: $0, total: tables.imageCount))
            }
        }
        (self.path, self.images, manifest, rows) = (path, images, tables.manifest, scan.rows)
        let known = tables.labels?.texts ?? []
        let others = Set(rows.compactMap { $0.label?.className }).subtracting(known)
        classes = known + others.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        duplicates = try scan.duplicates()
        groups = try GroupCheck(tables, rows, rule: nil).members
        rejected = Self.rejected("\(path)/rejected.tsv")
    }

    private static func rejected(_ path: String) -> [(path: String, reason: String)] {
        guard let table = try? TSVReader(scanning: path) else { return [] }
        return (0..<table.count).compactMap { row in
            guard let key = try? table.key(row), let reason = try? table.value(row) else {
                return nil
            }
            return (key, reason)
        }
    }

    /// A row's image as a small JPEG, its aspect kept; nil when it cannot be decoded.
    public func thumbnail(_ row: Int, side: Int = 144) -> [UInt8]? {
        guard let table = images[rows[row].split] else { return nil }
        let (file, inFile) = table.locate(rows[row].row)
        guard let bytes = try? file.bytes(inFile),
            let image = try? ImageDecoder.decode(bytes).image
        else { return nil }
        return try? JPEGEncoder.encode(image.fitted(side: side), quality: 82)
    }
}
