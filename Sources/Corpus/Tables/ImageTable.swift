internal import CambiumFiles

/// The rows of a `*_images.tsv`, plain or in shards: a key and an image, mapped, never read as a
/// whole. Labels are not part of it.
public struct ImageTable: ImageSource {
    private let files: ShardedFiles

    /// Rows.
    public var count: Int { files.count }

    /// Opens a table, `train_images.tsv` or the stem `train_images` of a sharded one.
    public init(_ path: String) throws(CorpusError) {
        files = try ShardedFiles(path)
    }

    /// The key of a row.
    public func key(_ row: Int) throws(CorpusError) -> String {
        let (file, inFile) = files.locate(row)
        return try file.key(inFile)
    }

    /// The image's encoded bytes, base64 undone.
    public func bytes(_ row: Int) throws(CorpusError) -> [UInt8] {
        let (file, inFile) = files.locate(row)
        return try file.bytes(inFile)
    }

    /// The same as ``bytes(_:)``.
    public func imageBytes(_ row: Int) throws(CorpusError) -> [UInt8] { try bytes(row) }

    /// Checks that every key stands once; a split does so when its tables are compared.
    func refuseDuplicates() throws(CorpusError) {
        var seen: [String: Int] = [:]
        for row in 0..<count {
            let key = try key(row)
            if let first = seen.updateValue(row, forKey: key) {
                throw error(row, "key \(key) stands in row \(first + 1) already")
            }
        }
    }

    /// A table of images alone knows no classes.
    public func label(_ row: Int) -> RowLabel? { nil }

    /// An error at a row.
    func error(_ row: Int, _ reason: String) -> CorpusError {
        let (file, inFile) = files.locate(row)
        return file.error(inFile, reason)
    }
}
