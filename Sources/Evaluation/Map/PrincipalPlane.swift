internal import CambiumFiles
internal import Glibc

/// The rows of a table on the plane of its two largest principal components.
struct PrincipalPlane {
    /// `[rows, 2]`.
    let points: [Double]

    /// Subspace iteration on the centred rows (of length 1 under the cosine).
    init(_ table: Vectors, using generator: inout SeededGenerator) {
        let (count, width) = (table.count, table.dimension)
        let rows = CentredRows(table)
        var plane = (0..<2 * width).map { _ in generator.normal() }
        Self.orthogonalize(&plane, width)
        var projected = rows.times(plane)
        for _ in 0..<Self.iterations {
            var next = rows.transposedTimes(projected)
            Self.orthogonalize(&next, width)
            let change = zip(plane, next).map { abs(abs($0) - abs($1)) }.max() ?? 0
            plane = next
            projected = rows.times(plane)
            if change < 1e-6 { break }
        }
        points = projected
        assert(points.count == 2 * count)
    }

    private static let iterations = 50

    /// Two columns `[width, 2]` made orthogonal and of length 1; one without direction stays 0.
    private static func orthogonalize(_ columns: inout [Double], _ width: Int) {
        for column in 0..<2 {
            if column == 1 {
                let overlap = (0..<width).reduce(0.0) { $0 + columns[2 * $1] * columns[2 * $1 + 1] }
                for index in 0..<width { columns[2 * index + 1] -= overlap * columns[2 * index] }
            }
            let length = (0..<width).reduce(0.0) {
                $0 + columns[2 * $1 + column] * columns[2 * $1 + column]
            }.squareRoot()
            for index in 0..<width where length > 0 { columns[2 * index + column] /= length }
        }
    }
}

/// A table's rows less their mean, multiplied without a copy.
private struct CentredRows {
    private let table: Vectors
    private let scales: [Double]
    private let mean: [Double]

    init(_ table: Vectors) {
        self.table = table
        let scales = table.norms.map { norm in
            table.metric == .cosine ? (norm == 0 ? 0 : 1 / norm) : 1
        }
        var mean = [Double](repeating: 0, count: table.dimension)
        for row in 0..<table.count {
            let start = row * table.dimension
            for index in 0..<table.dimension {
                mean[index] += Double(table.values[start + index]) * scales[row]
            }
        }
        self.scales = scales
        self.mean = mean.map { $0 / Double(table.count) }
    }

    /// `[rows, 2]` of columns `[width, 2]`; each row is one thread's, so the sums are the same.
    func times(_ columns: [Double]) -> [Double] {
        let width = table.dimension
        let shift = (0..<2).map { column in
            (0..<width).reduce(0.0) { $0 + mean[$1] * columns[2 * $1 + column] }
        }
        return Workers.flatMap(table.count, inPartsOf: 256) { rows in
            rows.flatMap { row in
                var (x, y) = (0.0, 0.0)
                let start = row * width
                for index in 0..<width {
                    let value = Double(table.values[start + index])
                    x += value * columns[2 * index]
                    y += value * columns[2 * index + 1]
                }
                return [x * scales[row] - shift[0], y * scales[row] - shift[1]]
            }
        }
    }

    /// `[width, 2]` of rows' numbers `[rows, 2]`; blocks of rows are added in their order.
    func transposedTimes(_ numbers: [Double]) -> [Double] {
        let (width, size) = (table.dimension, 1024)
        let blocks = (table.count + size - 1) / size
        let parts = Workers.map(blocks) { block in
            var sums = [Double](repeating: 0, count: 2 * width)
            for row in (block * size)..<min(table.count, (block + 1) * size) {
                let (x, y) = (numbers[2 * row] * scales[row], numbers[2 * row + 1] * scales[row])
                let start = row * width
                for index in 0..<width {
                    let value = Double(table.values[start + index])
                    sums[2 * index] += value * x
                    sums[2 * index + 1] += value * y
                }
            }
            return sums
        }
        var sums = [Double](repeating: 0, count: 2 * width)
        for part in parts { for index in sums.indices { sums[index] += part[index] } }
        let totals = (0..<2).map { column in
            (0..<table.count).reduce(0.0) { $0 + numbers[2 * $1 + column] }
        }
        for index in 0..<width {
            sums[2 * index] -= mean[index] * totals[0]
            sums[2 * index + 1] -= mean[index] * totals[1]
        }
        return sums
    }
}
