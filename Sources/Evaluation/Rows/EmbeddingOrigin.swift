public import CambiumFiles

/// How embeddings came to be: `NAME.json` beside `NAME.npy`. What was made by different models, or
/// of files that were read in different ways, cannot be compared.
public struct EmbeddingOrigin: Codable, Sendable, Equatable {
    /// A model.
    public struct Model: Codable, Sendable, Equatable {
        /// Where it stood, or `raw-pixels:SIDE`.
        public var name: String
        /// The digest of its weights; nil where it is not known, as of an endpoint's.
        public var sha256: String?

        /// A model.
        public init(name: String, sha256: String?) { (self.name, self.sha256) = (name, sha256) }
    }

    /// What made them.
    public var model: Model
    /// How files became pixels: `intensity`, `exif_orientation`, `size`; of what is not known
    /// nothing.
    public var reading: JSON
    /// What the model does to a picture first; nil where that is not known.
    public var preprocessing: JSON?
    /// Whether rows were brought to length 1.
    public var isNormalized: Bool
    /// Whether the encoder learned from these very rows.
    public var isLearned: Bool

    /// An origin.
    public init(
        model: Model, reading: JSON, preprocessing: JSON? = nil, isNormalized: Bool = true,
        isLearned: Bool = false
    ) {
        (self.model, self.reading, self.preprocessing) = (model, reading, preprocessing)
        (self.isNormalized, self.isLearned) = (isNormalized, isLearned)
    }

    private enum CodingKeys: String, CodingKey {
        case model, reading, preprocessing
        case isNormalized = "normalized"
        case isLearned = "encoder_learned_from"
    }

    /// Why embeddings of another origin cannot be used with these, to stand behind their name; nil
    /// where nothing speaks against it.
    public func conflict(with other: EmbeddingOrigin) -> String? {
        if let own = model.sha256, let others = other.model.sha256, own != others {
            return "was made by another model (\(model.name), SHA-256 \(own.prefix(12))…, not "
                + "\(other.model.name), \(others.prefix(12))…)"
        }
        if (model.sha256 == nil) != (other.model.sha256 == nil) || model.sha256 == nil,
            model.name != other.model.name
        {
            return "was made by another model (\(model.name), not \(other.model.name))"
        }
        for (name, value) in (reading.object ?? [:]).sorted(by: { $0.key < $1.key }) {
            guard let others = other.reading[name], others != value else { continue }
            return "was made of files read in another way (\(name) \(value.line), not "
                + "\(others.line))"
        }
        if let own = preprocessing, let others = other.preprocessing, own != others {
            return "was made of pictures scaled in another way (\(own.line), not \(others.line))"
        }
        return nil
    }
}

extension EmbeddingOrigin {
    /// `NAME.json` for `NAME.npy`.
    public static func path(for table: String) -> String {
        (table.hasSuffix(".npy") ? String(table.dropLast(4)) : table) + ".json"
    }

    private static let kind = "embeddings"

    private static func isOurs(_ path: String) throws(FileError) -> Bool {
        guard FileSystem.kind(path) == .file else { return FileSystem.kind(path) == nil }
        guard let json = try? JSON(file: path) else { return false }
        return json["kind"]?.string == kind
    }

    /// Refuses a table whose `NAME.json` would take the place of something else.
    /// - Throws: ``EvaluationError`` where such a file stands.
    public static func requireRoom(for table: String) throws {
        let path = path(for: table)
        guard try isOurs(path) else {
            throw EvaluationError.value(
                place: path,
                reason: "is something else than what stands beside an embedding table; move it "
                    + "away, or choose another name")
        }
    }

    /// What stands beside a table; nil where nothing does.
    /// - Throws: `FileError` where it is about other rows, or cannot be read.
    static func read(
        for table: String, keysDigest: @autoclosure () -> String
    ) throws -> EmbeddingOrigin? {
        let path = path(for: table)
        guard FileSystem.kind(path) == .file, try isOurs(path) else { return nil }
        let json = try JSON(file: path)
        guard json["keys_sha256"]?.string == keysDigest() else {
            throw FileError.malformed(
                path: path,
                reason: "is about other rows than \(EmbeddingTable.keysPath(for: table)); embed "
                    + "again, or remove it where nothing is known of the rows")
        }
        do throws(JSONMemberError) {
            return try JSON.decode(EmbeddingOrigin.self, from: json)
        } catch {
            throw FileError.malformed(path: path, reason: error.description)
        }
    }

    /// The content of the file.
    func document(rows: Int, dimension: Int, keysDigest: String) -> String {
        JSON.encode(self).adding([
            "schema_version": 1, "kind": .string(Self.kind), "rows": .integer(rows),
            "dimension": .integer(dimension), "keys_sha256": .string(keysDigest),
        ]).document
    }

    /// What tells rows from others: their keys. Classes may be filled in later.
    static func digest(of keys: [String]) -> String {
        var digest = Digest()
        for key in keys { digest.update(key: key) }
        return digest.finish()
    }

    /// Removes what an earlier table of the same name left.
    static func remove(for table: String) throws {
        let path = path(for: table)
        if FileSystem.kind(path) == .file, try isOurs(path) { try FileSystem.remove(path) }
    }
}

extension Digest {
    /// Adds a row's key.
    mutating func update(key: String) {
        Array("\(key)\n".utf8).withUnsafeBytes { update($0) }
    }
}
