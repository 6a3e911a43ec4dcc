internal import CambiumFiles

/// Rows of several embedding tables as points of one plane, for the report.
public struct EmbeddingMap: Sendable {
    /// A row and where it lies.
    package struct Entry: Sendable {
        package let key: String
        package let label: ClassLabel?
        /// Number of the table it comes from.
        package let table: Int
        package let x: Double
        package let y: Double
    }

    /// What the tables are called.
    package let names: [String]
    /// Rows of all tables, of which ``entries`` are some.
    let rows: Int
    package let entries: [Entry]
    /// How the plane was made.
    let method: UMAP

    /// The keys of the points.
    public var keys: [String] { entries.map(\.key) }

    /// Chooses rows and lays them out.
    /// - Parameters:
    ///   - limit: at most so many points, evenly from the classes of each table.
    /// - Throws: ``EvaluationError`` when widths differ or there are fewer than 3 rows, `FileError`
    ///   when a table cannot be read.
    public init(
        _ tables: [(name: String, table: EmbeddingTable)], limit: Int, method: UMAP = UMAP()
    ) throws {
        let width = tables.first?.table.dimension ?? 0
        if let other = tables.first(where: { $0.table.dimension != width }) {
            throw EvaluationError.shape(
                place: other.table.path, expected: "\(width) values a row as the first table",
                got: "\(other.table.dimension)")
        }
        let chosen = EvenSample.rows(tables.map { $0.table.classes }, limit: limit)
        let vectors = try zip(tables, chosen).flatMap { entry, rows in
            let all = try entry.table.vectors()
            return rows.flatMap { all[$0 * width..<($0 + 1) * width] }
        }
        let points = try method.points(vectors, dimension: width)
        var entries: [Entry] = []
        for (number, rows) in chosen.enumerated() {
            for row in rows {
                let (table, place) = (tables[number].table, entries.count)
                entries.append(
                    Entry(
                        key: table.keys[row], label: table.classes[row], table: number,
                        x: points[2 * place], y: points[2 * place + 1]))
            }
        }
        self.entries = entries
        self.method = method
        names = tables.map(\.name)
        rows = tables.reduce(0) { $0 + $1.table.rows }
    }

    /// The classes that occur, by id; rows without one come last as nil.
    package var labels: [ClassLabel?] {
        let known = Set(entries.compactMap(\.label)).sorted {
            ($0.id, $0.name) < ($1.id, $1.name)
        }
        return known + (entries.contains { $0.label == nil } ? [nil] : [])
    }

    /// A sentence about what is shown.
    package var remark: String {
        let some =
            entries.count < rows
            ? "\(entries.count) of \(rows) rows, evenly from the classes of each table"
            : "All \(rows) rows"
        return "\(some), by UMAP (\(method.metric), \(method.neighbors) neighbours, least distance "
            + "\(method.minimumDistance), seed \(method.seed)). Near points are alike; far ones say "
            + "little, and neither axis means anything."
    }
}

/// Some rows of tables, the same share of attention to every class.
package enum EvenSample {
    /// Row numbers a table, rising; equal seeds and tables give equal rows.
    package static func rows(_ tables: [[ClassLabel?]], limit: Int) -> [[Int]] {
        guard tables.reduce(0, { $0 + $1.count }) > limit else {
            return tables.map { Array($0.indices) }
        }
        var cells: [(table: Int, rows: [Int])] = []
        for (number, labels) in tables.enumerated() {
            let groups = Dictionary(grouping: labels.indices) { labels[$0] }
            let sorted = groups.sorted { ($0.value.first ?? 0) < ($1.value.first ?? 0) }
            cells += sorted.map { (number, $0.value) }
        }
        let quota = quota(cells.map(\.rows.count), limit)
        var generator = SeededGenerator(seed: 42, SeededGenerator.stream("map"))
        var chosen = [[Int]](repeating: [], count: tables.count)
        for cell in cells.prefix(limit) {
            var rows = cell.rows
            generator.shuffle(&rows)
            chosen[cell.table] += rows.prefix(quota)
        }
        return chosen.map { $0.sorted() }
    }

    /// The largest number a cell of which all cells together stay within a limit, at least 1.
    private static func quota(_ sizes: [Int], _ limit: Int) -> Int {
        var (low, high) = (1, max(1, sizes.max() ?? 1))
        while low < high {
            let middle = (low + high + 1) / 2
            if sizes.reduce(0, { $0 + min($1, middle) }) <= limit {
                low = middle
            } else {
                high = middle - 1
            }
        }
        return low
    }
}
