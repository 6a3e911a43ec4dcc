public import CambiumEvaluation

/// Embeddings as points of a plane, to be drawn.
public struct MapJob: Sendable {
    /// Embeddings (.npy, with their keys files); several become one map.
    public var tables: [String]
    /// Where the points go (.npy).
    public var out: String
    /// Rows that make a row's surroundings, itself included.
    public var neighbors = 10
    /// The least distance of points in the plane, 0 to 1.
    public var minimumDistance = 0.5
    /// How rows are compared.
    public var metric = VectorMetric.cosine
    /// Decides every random choice.
    public var seed: UInt64 = 42

    /// The defaults above.
    public init(_ tables: [String], out: String) { (self.tables, self.out) = (tables, out) }

    /// Lays the rows out and writes the points with their keys.
    public func run() throws {
        let opened = try tables.map(EvaluationTables.open)
        for table in opened where table.dimension != opened[0].dimension {
            throw UsageError(
                "\(table.path): \(table.dimension) values a row, but \(opened[0].path) has "
                    + "\(opened[0].dimension); one model must have made all tables")
        }
        guard let first = opened.first else { return }
        var map = UMAP()
        (map.neighbors, map.minimumDistance) = (neighbors, minimumDistance)
        (map.metric, map.seed) = (metric, seed)
        let points = try map.points(
            opened.flatMap { try $0.vectors() }, dimension: first.dimension)
        try EmbeddingTable.write(
            vectors: points.map(Float.init), keys: opened.flatMap(\.keys),
            classes: opened.flatMap(\.classes), to: out)
    }
}
