internal import CambiumFiles

/// How two vectors are compared.
public enum VectorMetric: String, Sendable, CaseIterable {
    /// `1 - cos`, 1 for a vector of zeros.
    case cosine
    /// The Euclidean distance.
    case l2
}

/// Rows of one table, ready to be compared under a metric.
struct Vectors: Sendable {
    let metric: VectorMetric
    let values: [Float]
    let dimension: Int
    /// One over the length of each row, 0 for a row of zeros.
    private let inverseNorms: [Double]
    /// The length of each row.
    let norms: [Double]

    var count: Int { norms.count }

    init(
        _ values: [Float], dimension: Int, metric: VectorMetric, place: String
    ) throws(EvaluationError) {
        guard dimension > 0, values.count.isMultiple(of: dimension) else {
            throw .shape(
                place: place, expected: "rows of \(dimension) values", got: "\(values.count) values"
            )
        }
        norms = Self.norms(values, dimension)
        // In float64 the squares of finite numbers have a finite sum.
        if let row = norms.firstIndex(where: { !$0.isFinite }) {
            let range = row * dimension..<(row + 1) * dimension
            let bad = values[range].firstIndex { !$0.isFinite } ?? range.lowerBound
            throw .value(
                place: "\(place), row \(row + 1)",
                reason: "\(values[bad]) in column \(bad % dimension); embed again")
        }
        (self.metric, self.values, self.dimension) = (metric, values, dimension)
        inverseNorms = norms.map { $0 == 0 ? 0 : 1 / $0 }
    }

    /// The exact distance of two rows, from differences in float64: equal rows are at exactly 0,
    /// which products rounded to float64 do not give.
    func distance(_ row: Int, to other: Vectors, _ otherRow: Int) -> Double {
        let (a, b) = (scale(row), other.scale(otherRow))
        // A row of zeros has no direction; scikit-learn puts it at cosine distance 1.
        if metric == .cosine, a == 0 || b == 0 { return 1 }
        let squares = values.withUnsafeBufferPointer { left in
            other.values.withUnsafeBufferPointer { right in
                (0..<dimension).reduce(0.0) { sum, column in
                    let difference =
                        Double(left[row * dimension + column]) * a
                        - Double(right[otherRow * dimension + column]) * b
                    return sum + difference * difference
                }
            }
        }
        return metric == .cosine ? squares / 2 : squares.squareRoot()
    }

    private func scale(_ row: Int) -> Double { metric == .cosine ? inverseNorms[row] : 1 }

    private static func norms(_ values: [Float], _ dimension: Int) -> [Double] {
        let count = values.count / dimension
        return Workers.flatMap(count, inPartsOf: max(1, (count + 63) / 64)) { rows in
            values.withUnsafeBufferPointer { values in
                rows.map { row in
                    var square = 0.0
                    for index in row * dimension..<(row + 1) * dimension {
                        square += Double(values[index]) * Double(values[index])
                    }
                    return square.squareRoot()
                }
            }
        }
    }

    /// What each row is multiplied by for the approximate product: to length 1 for the cosine, all
    /// divided by `scale` otherwise, so that no product overflows.
    func factors(scale: Double) -> [Double] {
        metric == .cosine ? inverseNorms : .init(repeating: 1 / scale, count: count)
    }
}
