public import CambiumFiles

/// Scores `[rows, columns]`, higher = more likely: in memory, or in a `.npy` file that stays
/// mapped, so that a million rows are read in parts and never lie in memory as a whole.
public struct ScoreMatrix: Sendable {
    private enum Storage: Sendable {
        case values([Double])
        case file(NPY)
    }

    private let storage: Storage
    /// Rows of the storage that make up this matrix; nil for all of them in their order.
    private let selection: [Int]?
    /// Number of rows.
    public let rows: Int
    /// Scores a row.
    public let columns: Int

    /// Scores in memory, row after row.
    /// - Throws: ``EvaluationError`` when they do not fill the rows.
    public init(_ values: [Double], rows: Int, columns: Int) throws(EvaluationError) {
        guard values.count == rows * columns else {
            throw .shape(
                place: "scores", expected: "[\(rows), \(columns)]", got: "\(values.count) values")
        }
        self.init(.values(values), nil, rows, columns)
    }

    /// Scores in a mapped file of any floating-point type.
    /// - Throws: ``EvaluationError`` when it has not two dimensions or holds whole numbers.
    public init(_ array: NPY) throws(EvaluationError) {
        guard array.shape.count == 2, !array.element.isInteger else {
            throw .shape(
                place: array.path, expected: "[rows, classes] of floating-point numbers",
                got: "\(array.shape) of \(array.element)")
        }
        self.init(.file(array), nil, array.rows, array.columns)
    }

    private init(_ storage: Storage, _ selection: [Int]?, _ rows: Int, _ columns: Int) {
        (self.storage, self.selection) = (storage, selection)
        (self.rows, self.columns) = (rows, columns)
    }

    /// Some of the rows, in the order given; a row may stand twice.
    func selecting(_ chosen: [Int]) -> ScoreMatrix {
        let own = selection.map { rows in chosen.map { rows[$0] } } ?? chosen
        return ScoreMatrix(storage, own, chosen.count, columns)
    }

    /// The scores of consecutive rows, row after row.
    func values(_ range: Range<Int>) -> [Double] {
        guard let selection else { return stored(range) }
        return range.flatMap { stored(selection[$0]..<selection[$0] + 1) }
    }

    /// One score.
    package func value(_ row: Int, _ column: Int) -> Double {
        let index = (selection?[row] ?? row) * columns + column
        return elements(index..<index + 1)[0]
    }

    /// All scores, row after row: only for small matrices.
    public var all: [Double] { values(0..<rows) }

    /// Calls `body` with blocks of consecutive rows: the number of the first and the scores.
    func forEachBlock<Failure: Error>(
        _ body: (_ first: Int, _ values: [Double]) throws(Failure) -> Void
    ) throws(Failure) {
        let size = max(1, Self.blockSize / max(1, columns))
        for first in stride(from: 0, to: rows, by: size) {
            try body(first, values(first..<min(first + size, rows)))
        }
    }

    /// Some columns, each as one array.
    package func columns(_ range: Range<Int>) -> [[Double]] {
        var result = [[Double]](repeating: [], count: range.count)
        for index in result.indices { result[index].reserveCapacity(rows) }
        forEachBlock { _, values in
            for start in stride(from: 0, to: values.count, by: columns) {
                for (index, column) in range.enumerated() {
                    result[index].append(values[start + column])
                }
            }
        }
        return result
    }

    /// Writes all scores as float64.
    package func write(to path: String) throws(FileError) {
        var writer = try NPYWriter(path, element: .float64, shape: [rows, columns])
        try forEachBlock { _, values throws(FileError) in try writer.write(values) }
        try writer.commit()
    }

    /// The columns in groups that fit into memory together.
    package var columnGroups: [Range<Int>] {
        let size = max(1, min(columns, Self.groupSize / max(1, rows)))
        return stride(from: 0, to: columns, by: size).map { $0..<min($0 + size, columns) }
    }

    private static let blockSize = 1 << 18
    private static let groupSize = 1 << 24

    private func stored(_ rows: Range<Int>) -> [Double] {
        elements(rows.lowerBound * columns..<rows.upperBound * columns)
    }

    private func elements(_ range: Range<Int>) -> [Double] {
        switch storage {
        case .values(let values): return Array(values[range])
        case .file(let array):
            do {
                return try array.doubles(range)
            } catch {
                preconditionFailure("type and shape were checked when it was opened: \(error)")
            }
        }
    }
}
