public import CambiumFiles

/// Embeddings on disk: `NAME.npy` `[rows, dimension]` beside `NAME.keys.tsv` with a row's key and
/// class. The vectors stay mapped until asked for.
public struct EmbeddingTable: Sendable {
    /// Where the array was read from.
    public let path: String
    /// Values a row.
    public let dimension: Int
    /// A key a row: the image's, or the text itself.
    public let keys: [String]
    /// A class a row; nil where it is unknown.
    public let classes: [ClassLabel?]
    /// How it came to be; nil where nothing stands beside it.
    public let origin: EmbeddingOrigin?
    private let array: NPY

    /// Number of rows.
    public var rows: Int { keys.count }

    /// Opens an array and its keys.
    /// - Throws: `FileError` for files that cannot be read or are malformed,
    ///   ``EvaluationError`` when they do not fit together.
    public init(_ path: String) throws {
        array = try NPY(path)
        guard array.shape.count == 2, array.columns > 0 else {
            throw EvaluationError.shape(
                place: path, expected: "[rows, dimension]", got: "\(array.shape)")
        }
        let keysPath = Self.keysPath(for: path)
        (keys, classes) = try Self.readKeys(keysPath)
        guard keys.count == array.rows else {
            throw EvaluationError.shape(
                place: keysPath, expected: "\(array.rows) rows as \(path)", got: "\(keys.count)")
        }
        (self.path, dimension) = (path, array.columns)
        origin = try EmbeddingOrigin.read(
            for: path, keysDigest: EmbeddingOrigin.digest(of: keys))
    }

    /// All vectors, row after row.
    public func vectors() throws(FileError) -> [Float] { try array.floats() }

    /// The class of every row.
    /// - Throws: ``EvaluationError`` that names the first row without one.
    public func labels() throws(EvaluationError) -> [ClassLabel] {
        var labels: [ClassLabel] = []
        for (row, label) in classes.enumerated() {
            guard let label else {
                throw .value(
                    place: "\(Self.keysPath(for: path)):\(row + 1)",
                    reason: "no class; embed a data set that cambium prepare wrote, or fill in "
                        + "the second and third column")
            }
            labels.append(label)
        }
        return labels
    }

    /// The class column of every row.
    /// - Throws: ``EvaluationError`` that names the first row without a class in the list.
    public func columns(in list: ClassList) throws(EvaluationError) -> [Int] {
        var columns: [Int] = []
        for (row, label) in try labels().enumerated() {
            guard let column = list.column(of: label.id), list.labels[column] == label else {
                throw .value(
                    place: "\(Self.keysPath(for: path)):\(row + 1)",
                    reason: "class \(label.id) (\(label.name)) is not in the list of classes")
            }
            columns.append(column)
        }
        return columns
    }

    /// `NAME.keys.tsv` for `NAME.npy`.
    public static func keysPath(for path: String) -> String {
        (path.hasSuffix(".npy") ? String(path.dropLast(4)) : path) + ".keys.tsv"
    }
}

extension EmbeddingTable {
    /// Writes the array and its keys; the array appears last.
    /// - Throws: `FileError` when a file cannot be written, ``EvaluationError`` when sizes differ
    ///   or a key or name holds a tab or a line break.
    public static func write(
        vectors: [Float], keys: [String], classes: [ClassLabel?], as element: NPYElement = .float32,
        origin: EmbeddingOrigin? = nil, to path: String
    ) throws {
        guard !keys.isEmpty, vectors.count.isMultiple(of: keys.count) else {
            throw EvaluationError.shape(
                place: path, expected: "\(keys.count) rows", got: "\(vectors.count) values")
        }
        var writer = try EmbeddingWriter(
            path, dimension: vectors.count / keys.count, keys: keys, classes: classes, as: element,
            origin: origin)
        try writer.write(vectors)
        try writer.commit()
    }

    /// Writes a keys file alone.
    public static func writeKeys(
        _ keys: [String], _ classes: [ClassLabel?], to path: String
    ) throws {
        var digest = Digest()
        try keysFile(keys, classes, path, &digest).commit()
    }

    static func keysFile(
        _ keys: [String], _ classes: [ClassLabel?], _ path: String, _ digest: inout Digest
    ) throws -> AtomicFile {
        guard keys.count == classes.count else {
            throw EvaluationError.shape(
                place: path, expected: "\(keys.count) classes", got: "\(classes.count)")
        }
        var file = try AtomicFile(path)
        for (row, (key, label)) in zip(keys, classes).enumerated() {
            let fields = [key, label.map { "\($0.id)" } ?? "", label?.name ?? ""]
            guard !fields.contains(where: { $0.contains { $0 == "\t" || $0.isNewline } }) else {
                throw EvaluationError.value(
                    place: "\(path):\(row + 1)", reason: "a key or name holds a tab or line break")
            }
            digest.update(key: key)
            try file.write(fields.joined(separator: "\t") + "\n")
        }
        return file
    }

    /// Reads a keys file alone: `key<TAB>class_id<TAB>class_name`, the last two may be empty.
    public static func readKeys(_ path: String) throws -> (keys: [String], classes: [ClassLabel?]) {
        var (keys, classes): ([String], [ClassLabel?]) = ([], [])
        let text = try FileSystem.readText(path)
        var lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
        if lines.last?.isEmpty == true { lines.removeLast() }
        for (row, line) in lines.enumerated() {
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
            guard fields.count <= 3, let key = fields.first else {
                throw FileError.malformed(
                    path: "\(path):\(row + 1)",
                    reason: "key, class_id and class_name expected, got \(fields.count) columns")
            }
            keys.append(String(key))
            classes.append(try label(fields, "\(path):\(row + 1)"))
        }
        return (keys, classes)
    }

    private static func label(_ fields: [Substring], _ place: String) throws -> ClassLabel? {
        let id = fields.count > 1 ? fields[1] : ""
        let name = fields.count > 2 ? fields[2] : ""
        if id.isEmpty, name.isEmpty { return nil }
        guard let number = Int(id) else {
            throw FileError.malformed(
                path: place, reason: "class_id \"\(id)\" is no whole number")
        }
        return ClassLabel(id: number, name: String(name))
    }
}
