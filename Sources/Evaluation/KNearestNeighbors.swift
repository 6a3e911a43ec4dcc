internal import Dispatch

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
    }

    /// Number of neighbours.
    public let k: Int
    private let weights: Weights
    private let train: Vectors
    private let labels: [Int]
    private let classCount: Int

    /// A classifier on `train` `[rows, dimension]` with a class column a row.
    /// - Throws: ``EvaluationError`` when k exceeds the rows, sizes differ or a value is not
    ///   finite.
    public init(
        train: [Float], dimension: Int, labels: [Int], classCount: Int, k: Int = 10,
        metric: VectorMetric = .cosine, weights: Weights = .uniform
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
        self.train = vectors
    }

    /// The class shares of the votes `[queries, classes]`, row after row; each row sums to 1.
    public func scores(_ neighbors: [[Neighbor]]) -> [Double] {
        var scores = [Double](repeating: 0, count: neighbors.count * classCount)
        for (query, row) in neighbors.enumerated() {
            let hasExact = row.contains { $0.distance == 0 }
            for neighbor in row {
                let vote = vote(neighbor.distance, hasExact: hasExact)
                scores[query * classCount + labels[neighbor.row]] += vote
            }
            let range = query * classCount..<(query + 1) * classCount
            let sum = scores[range].reduce(0, +)
            for index in range { scores[index] /= sum }
        }
        return scores
    }

    private func vote(_ distance: Double, hasExact: Bool) -> Double {
        switch weights {
        case .uniform: 1
        case .distance where hasExact: distance == 0 ? 1 : 0
        case .distance: 1 / distance
        }
    }

    /// Queries that are looked up together; a share of them begins at a multiple.
    public static let blockSize = 64

    /// The k nearest training rows of each query, nearest first.
    /// - Parameter rows: the queries to look up, all when nil; they begin at a multiple of
    ///   ``blockSize``.
    /// - Throws: ``EvaluationError`` when a width differs or a value is not finite.
    public func neighbors(
        of queries: [Float], dimension: Int, rows: Range<Int>? = nil
    ) throws(EvaluationError) -> [[Neighbor]] {
        guard dimension == train.dimension else {
            throw .shape(
                place: "test table", expected: "rows of \(train.dimension) values",
                got: "\(dimension)")
        }
        let test = try Vectors(
            queries, dimension: dimension, metric: train.metric, place: "test table")
        let search = NeighborSearch(train: train, test: test, k: k)
        let rows = rows ?? 0..<test.count
        let blocks = stride(from: rows.lowerBound, to: rows.upperBound, by: Self.blockSize).map {
            $0..<min($0 + Self.blockSize, rows.upperBound)
        }
        var results = [[[Neighbor]]](repeating: [], count: blocks.count)
        results.withUnsafeMutableBufferPointer { results in
            // Each block writes its own element only.
            nonisolated(unsafe) let results = results
            DispatchQueue.concurrentPerform(iterations: blocks.count) { block in
                results[block] = search.neighbors(of: blocks[block])
            }
        }
        return results.flatMap(\.self)
    }
}

/// The search for one table of queries.
private struct NeighborSearch: Sendable {
    private let train: Vectors
    private let test: Vectors
    private let k: Int
    /// The longest row of either table: divided by it, no product overflows.
    private let scale: Double
    private let left: PackedRows
    private let right: PackedRows
    /// Squared lengths of the training rows in units of `scale`.
    private let lengths: [Float]

    init(train: Vectors, test: Vectors, k: Int) {
        let longest = max(train.norms.max() ?? 0, test.norms.max() ?? 0)
        let scale = longest == 0 ? 1 : longest
        (self.train, self.test, self.k, self.scale) = (train, test, k, scale)
        left = test.packed(scale: scale)
        right = train.packed(scale: scale)
        lengths = train.norms.map { Float($0 / scale * ($0 / scale)) }
    }

    func neighbors(of range: Range<Int>) -> [[Neighbor]] {
        var products = [Float](repeating: 0, count: range.count * train.count)
        DotProducts.fill(&products, left, range, right)
        return range.map { query in
            let start = (query - range.lowerBound) * train.count
            return nearest(query, products[start..<start + train.count])
        }
    }

    private func nearest(_ query: Int, _ products: ArraySlice<Float>) -> [Neighbor] {
        let near = zip(products, lengths).map { product, length in
            train.metric == .cosine ? -product : length - 2 * product
        }
        let limit = Self.smallest(k, of: near) + slack
        var exact: [Neighbor] = []
        for row in near.indices where near[row] <= limit {
            exact.append(Neighbor(row: row, distance: test.distance(query, to: train, row)))
        }
        return Array(exact.sorted { ($0.distance, $0.row) < ($1.distance, $1.row) }.prefix(k))
    }

    /// Twice what rounding can add to an approximate value: a bound for sums of products of
    /// float32 (Higham, "Accuracy and Stability", section 3.1), with rows of length at most 1.
    private var slack: Float { Float(6 * Double(2 * train.dimension + 32) * 0x1p-24) }

    /// The k-th smallest value, through a heap of the k smallest with the largest on top.
    private static func smallest(_ k: Int, of values: [Float]) -> Float {
        var heap = Array(values[..<k])
        for parent in stride(from: k / 2, through: 0, by: -1) { sink(parent, in: &heap) }
        for value in values[k...] where value < heap[0] {
            heap[0] = value
            sink(0, in: &heap)
        }
        return heap[0]
    }

    private static func sink(_ start: Int, in heap: inout [Float]) {
        var parent = start
        while true {
            var largest = parent
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < heap.count && heap[child] > heap[largest] {
                largest = child
            }
            if largest == parent { return }
            heap.swapAt(parent, largest)
            parent = largest
        }
    }
}
