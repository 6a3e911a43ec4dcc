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
        if let bad = values.firstIndex(where: { !$0.isFinite }) {
            throw .value(
                place: "\(place), row \(bad / dimension + 1)",
                reason: "\(values[bad]) in column \(bad % dimension); embed again")
        }
        (self.metric, self.values, self.dimension) = (metric, values, dimension)
        norms = stride(from: 0, to: values.count, by: dimension).map { start in
            values[start..<start + dimension].reduce(0) { $0 + Double($1) * Double($1) }
                .squareRoot()
        }
        inverseNorms = norms.map { $0 == 0 ? 0 : 1 / $0 }
    }

    /// The exact distance of two rows, from differences in float64: equal rows are at exactly 0,
    /// which products rounded to float64 do not give.
    func distance(_ row: Int, to other: Vectors, _ otherRow: Int) -> Double {
        let (a, b) = (scale(row), other.scale(otherRow))
        // A row of zeros has no direction; scikit-learn puts it at cosine distance 1.
        if metric == .cosine, a == 0 || b == 0 { return 1 }
        let squares = zip(slice(row), other.slice(otherRow)).reduce(0.0) { sum, pair in
            let difference = Double(pair.0) * a - Double(pair.1) * b
            return sum + difference * difference
        }
        return metric == .cosine ? squares / 2 : squares.squareRoot()
    }

    private func scale(_ row: Int) -> Double { metric == .cosine ? inverseNorms[row] : 1 }
    private func slice(_ row: Int) -> ArraySlice<Float> {
        values[row * dimension..<(row + 1) * dimension]
    }

    /// The rows for the approximate product: of length 1 for the cosine, all divided by `scale`
    /// otherwise, so that no product overflows.
    func packed(scale: Double) -> PackedRows {
        PackedRows(count: count, dimension: dimension) { row, column in
            let factor = metric == .cosine ? inverseNorms[row] : 1 / scale
            return Float(Double(values[row * dimension + column]) * factor)
        }
    }
}
