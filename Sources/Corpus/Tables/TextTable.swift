internal import CambiumFiles

/// The rows of a `*_text.tsv`: a key and what it says of the image. Read and checked as a whole
/// when opened; equal labels are stored once.
public struct TextTable: Sendable {
    private let files: ShardedFiles
    private let keys: [String]
    private let labels: [RowLabel]
    private let labelOfRow: [Int32]

    /// Rows.
    public var count: Int { keys.count }

    /// Opens a table, `train_text.tsv` or the stem `train_text` of a sharded one.
    /// - Throws: ``CorpusError/row(file:line:reason:)`` for the first row that is not
    ///   `key<TAB>label`.
    public init(_ path: String) throws(CorpusError) {
        files = try ShardedFiles(path)
        var keys: [String] = []
        var labels: [RowLabel] = []
        var labelOfRow: [Int32] = []
        var known: [String: Int32] = [:]
        for row in 0..<files.count {
            let (file, inFile) = files.locate(row)
            keys.append(try file.key(inFile))
            let cell = try file.value(inFile)
            if let index = known[cell] {
                labelOfRow.append(index)
                continue
            }
            do throws(LabelError) { labels.append(try RowLabel(cell: cell)) } catch {
                throw file.error(inFile, error.reason)
            }
            let index = Int32(labels.count - 1)
            known[cell] = index
            labelOfRow.append(index)
        }
        (self.keys, self.labels, self.labelOfRow) = (keys, labels, labelOfRow)
    }

    /// The key of a row.
    public func key(_ row: Int) -> String { keys[row] }

    /// The label of a row.
    public func label(_ row: Int) -> RowLabel { labels[Int(labelOfRow[row])] }

    /// The different labels, in order of first appearance.
    public var distinctLabels: [RowLabel] { labels }

    /// The first row that carries a label, for messages.
    func firstRow(of label: Int) -> Int? { labelOfRow.firstIndex(of: Int32(label)) }

    /// An error at a row.
    func error(_ row: Int, _ reason: String) -> CorpusError {
        let (file, inFile) = files.locate(row)
        return file.error(inFile, reason)
    }
}
