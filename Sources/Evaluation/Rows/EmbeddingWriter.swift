public import CambiumFiles

/// Writes an ``EmbeddingTable`` as its rows come, so that no more than some of them are in memory.
/// All files appear at the end, or none.
public struct EmbeddingWriter: ~Copyable {
    private let path: String
    private let count: Int
    private let dimension: Int
    private var table: AtomicFile
    private var array: NPYWriter
    private let origin: EmbeddingOrigin?
    private let keysDigest: String
    private var rows = 0

    /// Starts a table of known size.
    /// - Parameters:
    ///   - dimension: values a row.
    ///   - keys: the key of each row.
    ///   - classes: the class of each row, nil where it is unknown.
    ///   - origin: what is written beside the table of how it came to be.
    /// - Throws: `FileError` when a file cannot be written, ``EvaluationError`` when sizes differ
    ///   or a key or name holds a tab or a line break.
    public init(
        _ path: String, dimension: Int, keys: [String], classes: [ClassLabel?],
        as element: NPYElement = .float32, origin: EmbeddingOrigin? = nil
    ) throws {
        if origin != nil { try EmbeddingOrigin.requireRoom(for: path) }
        let keysPath = EmbeddingTable.keysPath(for: path)
        Temporaries.sweep(beside: keysPath)
        Temporaries.sweep(beside: path)
        var digest = Digest()
        let table = try EmbeddingTable.keysFile(keys, classes, keysPath, &digest)
        self.array = try NPYWriter(path, element: element, shape: [keys.count, dimension])
        self.table = table
        (self.origin, keysDigest) = (origin, digest.finish())
        (self.path, count, self.dimension) = (path, keys.count, dimension)
    }

    /// Appends rows, `[some, dimension]`.
    /// - Throws: `FileError`; ``EvaluationError`` for half a row, or more rows than keys.
    public mutating func write(_ vectors: [Float]) throws {
        guard vectors.count.isMultiple(of: dimension),
            rows + vectors.count / dimension <= count
        else {
            throw EvaluationError.shape(
                place: path, expected: "rows of \(dimension), \(count) in all",
                got: "\(vectors.count) values after row \(rows)")
        }
        try array.write(vectors)
        rows += vectors.count / dimension
    }

    /// Gives the files their names; the array appears last.
    /// - Throws: `FileError` when rows are missing or the device is full.
    public consuming func commit() throws {
        // All or none, also where the device is full.
        try table.settle()
        try array.settle()
        var about: AtomicFile? = nil
        if let origin {
            about = try AtomicFile(EmbeddingOrigin.path(for: path))
            try about?.write(
                origin.document(rows: count, dimension: dimension, keysDigest: keysDigest))
            try about?.settle()
        }
        try table.commit()
        if let about = about.take() {
            try about.commit()
        } else {
            try EmbeddingOrigin.remove(for: path)
        }
        try array.commit()
    }
}
