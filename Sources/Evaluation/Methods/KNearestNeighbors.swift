internal import CambiumVectorMath
internal import Foundation

/// A training row near a query.
public struct Neighbor: Sendable, Equatable {
    /// Row of the training table, from 0.
    public let row: Int
    /// Distance under the metric.
    public let distance: Double

    /// A neighbour.
    public init(row: Int, distance: Double) {
        self.row = row
        self.distance = distance
    }
}

/// The k nearest neighbours vote: scikit-learn's `KNeighborsClassifier(algorithm="brute")`.
///
/// Candidates come from float32 products; every one that their rounding could hide is measured
/// again in float64, so that the neighbours are the exact ones. Equal distances go by training
/// row, where scikit-learn leaves the order open.
public struct KNearestNeighbors: Sendable {
    /// What a neighbour's vote counts.
    public enum Weights: String, Sendable, CaseIterable {
        /// 1 each.
        case uniform
        /// One over the distance; where a neighbour is at distance 0 only such ones vote.
        case distance
        /// exp(-distance / temperature), as in DINO's evaluation (Caron et al., 2021).
        case softmax
    }

    /// Number of neighbours.
    public let k: Int
    private let weights: Weights
    private let temperature: Double
    private let train: Vectors
    private let search: NeighborSearch
    private let labels: [Int]
    private let classCount: Int

    /// A classifier on `train` `[rows, dimension]` with a class column a row. `temperature` is
    /// that of ``Weights/softmax``.
    /// - Throws: ``EvaluationError`` when k exceeds the rows, sizes differ or a value is not
    ///   finite.
    public init(
        train: [Float], dimension: Int, labels: [Int], classCount: Int, k: Int = 10,
        metric: VectorMetric = .cosine, weights: Weights = .uniform, temperature: Double = 0.07
    ) throws(EvaluationError) {
        let vectors = try Vectors(
            train, dimension: dimension, metric: metric, place: "training table")
        guard vectors.count == labels.count else {
            throw .shape(
                place: "training labels", expected: "\(vectors.count) rows",
                got: "\(labels.count)")
        }
        guard k >= 1, k <= labels.count else {
            throw .value(
                place: "k = \(k)",
                reason: "1 to \(labels.count) (the rows of the training table) expected")
        }
        if let row = labels.firstIndex(where: { $0 < 0 || $0 >= classCount }) {
            throw .value(
                place: "training labels, row \(row + 1)",
                reason: "class column \(labels[row]); 0 to \(classCount - 1) expected")
        }
        (self.k, self.weights, self.labels, self.classCount) = (k, weights, labels, classCount)
        self.temperature = temperature
        self.train = vectors
        search = NeighborSearch(vectors)
    }

    /// The class shares of the votes `[queries, classes]`, row after row; each row sums to 1.
    public func scores(_ neighbors: [[Neighbor]]) -> [Double] {
        var scores = [Double](repeating: 0, count: neighbors.count * classCount)
        for (query, row) in neighbors.enumerated() {
            let nearest = row.first?.distance ?? 0
            for neighbor in row {
                let vote = vote(neighbor.distance, nearest: nearest)
                scores[query * classCount + labels[neighbor.row]] += vote
            }
            let range = query * classCount..<(query + 1) * classCount
            let sum = scores[range].reduce(0, +)
            for index in range { scores[index] /= sum }
        }
        return scores
    }

    private func vote(_ distance: Double, nearest: Double) -> Double {
        switch weights {
        case .uniform: 1
        case .distance where nearest == 0: distance == 0 ? 1 : 0
        case .distance: 1 / distance
        case .softmax: exp((nearest - distance) / temperature)
        }
    }

    /// Queries that are looked up together; a share of them begins at a multiple.
    public static let blockSize = 64

    /// The k nearest training rows of each query, nearest first.
    /// - Parameters:
    ///   - rows: the queries to look up, all when nil; they begin at a multiple of ``blockSize``.
    ///   - groups: a group a training row and a query; a query does not find rows of its own
    ///     group. Its row number as group of each row makes leave-one-out.
    /// - Throws: ``EvaluationError`` when a width differs, a value is not finite, or a query's
    ///   group leaves fewer than k rows.
    public func neighbors(
        of queries: [Float], dimension: Int, rows: Range<Int>? = nil,
        groups: (train: [Int], queries: [Int])? = nil
    ) throws(EvaluationError) -> [[Neighbor]] {
        guard dimension == train.dimension else {
            throw .shape(
                place: "test table", expected: "rows of \(train.dimension) values",
                got: "\(dimension)")
        }
        let test = try Vectors(
            queries, dimension: dimension, metric: train.metric, place: "test table")
        if let groups {
            precondition(
                groups.train.count == train.count && groups.queries.count == test.count,
                "every row has a group")
        }
        let range = rows ?? 0..<test.count
        let found = search.neighbors(
            of: test, range, k: k,
            groups: groups.map { .init(train: $0.train, queries: $0.queries) })
        if let few = found.firstIndex(where: { $0.count < k }) {
            throw .value(
                place: "test table, row \(range.lowerBound + few + 1)",
                reason: "only \(found[few].count) training rows are of another group; k = \(k)")
        }
        return found
    }
}
