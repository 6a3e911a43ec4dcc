internal import CambiumFiles

/// `training.json` in a model folder: the rows that its encoders learned from, here and in the
/// models it was trained from. Numbers measured on such rows say how well it remembers.
public struct LearnedRows: Codable, Sendable, Equatable {
    /// The rows of one data set's training split.
    public struct Table: Codable, Sendable, Equatable {
        /// How many.
        public let rows: Int
        /// The digest of their keys and classes.
        public let sha256: String

        /// Some rows.
        public init(rows: Int, sha256: String) { (self.rows, self.sha256) = (rows, sha256) }
    }

    /// By data set, each once.
    public private(set) var tables: [Table]

    /// Rows; of tables that stand twice one is kept.
    public init(_ tables: [Table] = []) {
        self.tables = []
        for table in tables where !self.tables.contains(table) { self.tables.append(table) }
    }

    /// Whether these are rows that were learned from.
    public func contains(_ sha256: String) -> Bool { tables.contains { $0.sha256 == sha256 } }

    private static let name = "training.json"

    /// Those of a model folder; none where nothing is said.
    /// - Throws: `FileError` for a file that cannot be read as such.
    init(folder: String) throws(FileError) {
        let path = "\(folder)/\(Self.name)"
        guard FileSystem.kind(path) != nil else {
            self.init()
            return
        }
        let json = try JSON(file: path)
        do throws(JSONMemberError) { self = try JSON.decode(LearnedRows.self, from: json) } catch {
            throw .malformed(path: path, reason: error.description)
        }
    }

    /// Writes the file; none where nothing was learned from.
    package func write(to folder: String) throws {
        guard !tables.isEmpty else { return }
        let json = JSON.encode(self).adding(["schema_version": 1])
        try FileSystem.write(json.document, to: "\(folder)/\(Self.name)")
    }
}
