public import CambiumFiles

/// How well embeddings find others of their class: precision@k, recall@k, mean average precision,
/// R-precision and reciprocal rank over cosine similarity.
///
/// Every query ranks the whole gallery; equal similarities go by gallery row. A query whose class
/// has no other member in the gallery has no right answer and is left out, and counted.
public struct Retrieval: Sendable {
    /// Values by metric: `map`, `mrr`, `r_precision`, `precision_at_K`, `recall_at_K`, `hit_at_K`.
    public let values: [String: Double]
    /// By metric.
    public let intervals: Intervals?
    /// By class: its queries and their mean average precision (nil without queries).
    public let perClass: [(label: ClassLabel, queries: Int, map: Double?)]
    /// Queries measured.
    public let count: Int
    /// Rows that were searched.
    public let gallery: Int
    /// Queries left out: no row of their class to find.
    public let leftOut: Int

    /// Cautions, by the name of the field they are about.
    public let notes: [String: String]

    /// Embeddings and the class column of each row.
    public struct Table: Sendable {
        let vectors: [Float]
        let columns: [Int]
        let keys: [String]

        /// A table; rows are of length `vectors.count / columns.count`.
        public init(vectors: [Float], columns: [Int], keys: [String]) {
            (self.vectors, self.columns, self.keys) = (vectors, columns, keys)
        }
    }

    /// Searches.
    /// - Parameters:
    ///   - gallery: rows to search; nil: the queries themselves, each without itself.
    ///   - depths: the k of precision@k, recall@k and hit@k.
    /// - Throws: ``EvaluationError`` for sizes that differ, values that are not finite, or when no
    ///   query has anything to find.
    public init(
        queries: Table, gallery: Table?, dimension: Int, classes: ClassList, depths: [Int],
        bootstrap: Bootstrap?
    ) throws(EvaluationError) {
        let searched = gallery ?? queries
        let search = RetrievalSearch(
            try Self.normalized(queries, dimension, "queries"), queries.columns,
            try Self.normalized(searched, dimension, "gallery"), searched.columns,
            dimension: dimension, leavesOutItself: gallery == nil, depths: depths)
        let found = Workers.map(queries.columns.count, search.measure)
        let kept = found.indices.filter { !found[$0].isEmpty }
        guard !kept.isEmpty else {
            throw .value(
                place: "queries", reason: "none has another row of its class in the gallery")
        }
        let names = RetrievalSearch.names(depths)
        let source = RowMeanSource(
            names.enumerated().map { index, name in (name, kept.map { found[$0][index] }) })
        // Queries are drawn from all: a class can be a caption of one row, which would never move.
        var draws = try MetricDraws(
            rows: kept.count, columns: 0, bootstrap?.selecting(kept), strata: nil
        ) { _, _ in }
        draws.add(source)
        values = draws.values
        var bounds: [String: Interval] = [:]
        // A query's average precision is no share of anything: its mean is one over rows.
        for name in names { bounds[name] = draws.interval(name) }
        intervals = draws.intervals(values: bounds)
        notes = draws.units?.roughness.map { ["intervals": $0] } ?? [:]
        perClass = classes.labels.indices.map { column in
            let own = kept.filter { queries.columns[$0] == column }.map { found[$0][0] }
            return (
                classes.labels[column], own.count,
                own.isEmpty ? nil : own.reduce(0, +) / Double(own.count)
            )
        }
        (count, self.gallery) = (kept.count, searched.columns.count)
        leftOut = queries.columns.count - kept.count
    }

    private static func normalized(
        _ table: Table, _ dimension: Int, _ place: String
    ) throws(EvaluationError) -> [Float] {
        guard dimension > 0, table.vectors.count == table.columns.count * dimension,
            !table.columns.isEmpty
        else {
            throw .shape(
                place: place, expected: "\(table.columns.count) rows of \(dimension)",
                got: "\(table.vectors.count) values")
        }
        if let bad = table.vectors.firstIndex(where: { !$0.isFinite }) {
            throw .value(place: "\(place), row \(bad / dimension + 1)", reason: "not finite")
        }
        return stride(from: 0, to: table.vectors.count, by: dimension).flatMap { start in
            let row = table.vectors[start..<start + dimension]
            let length = row.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
            return row.map { length > 0 ? Float(Double($0) / length) : 0 }
        }
    }

    /// The content of `metrics.json`.
    public var json: JSON {
        [
            "task": "retrieval", "count": .integer(count), "gallery": .integer(gallery),
            "queries_left_out": .integer(leftOut),
            "metrics": .object(values.mapValues { .finite($0) }),
            "intervals": intervals?.json ?? .null,
            "notes": .object(notes.mapValues(JSON.string)),
            "per_class": .array(
                perClass.map {
                    [
                        "class_id": .integer($0.label.id), "class_name": .string($0.label.name),
                        "queries": .integer($0.queries), "map": .finite($0.map),
                    ]
                }),
        ]
    }
}

/// Ranks the gallery for one query after another.
private struct RetrievalSearch: Sendable {
    private let queries: [Float]
    private let queryColumns: [Int]
    private let gallery: [Float]
    private let galleryColumns: [Int]
    private let dimension: Int
    private let leavesOutItself: Bool
    private let depths: [Int]

    init(
        _ queries: [Float], _ queryColumns: [Int], _ gallery: [Float], _ galleryColumns: [Int],
        dimension: Int, leavesOutItself: Bool, depths: [Int]
    ) {
        (self.queries, self.queryColumns) = (queries, queryColumns)
        (self.gallery, self.galleryColumns) = (gallery, galleryColumns)
        (self.dimension, self.leavesOutItself) = (dimension, leavesOutItself)
        self.depths = depths
    }

    static func names(_ depths: [Int]) -> [String] {
        ["map", "mrr", "r_precision"]
            + depths.flatMap { ["precision_at_\($0)", "recall_at_\($0)", "hit_at_\($0)"] }
    }

    /// The metrics of one query in the order of ``names(_:)``; none when nothing can be found.
    func measure(_ query: Int) -> [Double] {
        let ranks = ranks(of: query)
        let total = Double(ranks.count)
        guard total > 0 else { return [] }
        var precision = 0.0
        for (found, rank) in ranks.enumerated() { precision += Double(found + 1) / Double(rank) }
        let within = { (depth: Int) in Double(ranks.prefix { $0 <= depth }.count) }
        return [precision / total, 1 / Double(ranks[0]), within(ranks.count) / total]
            + depths.flatMap { depth in
                [within(depth) / Double(depth), within(depth) / total, within(depth) > 0 ? 1 : 0]
            }
    }

    /// The places, from 1, of the rows of the query's class, rising.
    private func ranks(of query: Int) -> [Int] {
        let similarities = similarities(query)
        let rows = galleryColumns.indices.filter { !leavesOutItself || $0 != query }
        let sorted = rows.sorted {
            similarities[$0] == similarities[$1] ? $0 < $1 : similarities[$0] > similarities[$1]
        }
        return sorted.indices.filter { galleryColumns[sorted[$0]] == queryColumns[query] }
            .map { $0 + 1 }
    }

    private func similarities(_ query: Int) -> [Float] {
        queries.withUnsafeBytes { queries in
            gallery.withUnsafeBytes { gallery in
                galleryColumns.indices.map { row in
                    product(queries, query * dimension, gallery, row * dimension)
                }
            }
        }
    }

    /// The dot product of two rows: eight sums side by side, always in the same order.
    private func product(
        _ left: UnsafeRawBufferPointer, _ leftStart: Int, _ right: UnsafeRawBufferPointer,
        _ rightStart: Int
    ) -> Float {
        typealias Part = SIMD8<Float>
        var sums = Part.zero
        var index = 0
        while index + 8 <= dimension {
            sums +=
                left.loadUnaligned(fromByteOffset: 4 * (leftStart + index), as: Part.self)
                * right.loadUnaligned(fromByteOffset: 4 * (rightStart + index), as: Part.self)
            index += 8
        }
        var sum = sums.sum()
        while index < dimension {
            sum +=
                left.loadUnaligned(fromByteOffset: 4 * (leftStart + index), as: Float.self)
                * right.loadUnaligned(fromByteOffset: 4 * (rightStart + index), as: Float.self)
            index += 1
        }
        return sum
    }
}
