internal import CambiumFiles
internal import CambiumVectorMath

/// Exact search in one table: candidates by products in float32, every one that their rounding
/// could hide measured again in float64.
struct NeighborSearch: Sendable {
    private let train: Vectors
    private let packed: PackedRows
    /// The longest row: divided by it, no product overflows.
    private let scale: Double
    /// Squared lengths of the rows in units of `scale`, up to a whole panel.
    private let lengths: [Float]

    init(_ train: Vectors) {
        let longest = train.norms.max() ?? 0
        let scale = longest == 0 ? 1 : longest
        (self.train, self.scale) = (train, scale)
        packed = PackedRows(
            train.values, width: train.dimension, factors: train.factors(scale: scale))
        let rows = packed.panelCount * PackedRows.panel
        lengths =
            train.norms.map { Float($0 / scale * ($0 / scale)) }
            + .init(repeating: 0, count: rows - train.count)
    }

    /// Training rows that a query must not find: those of its own group.
    struct Groups: Sendable {
        let train: [Int]
        let queries: [Int]
    }

    /// The k nearest training rows of each query in `range`, nearest first; fewer where groups
    /// leave no more.
    func neighbors(
        of test: Vectors, _ range: Range<Int>, k: Int, groups: Groups?
    ) -> [[Neighbor]] {
        guard !range.isEmpty else { return [] }
        let longest = max(scale, test.norms.max() ?? 0)
        let queries = RowBuffer(rows: range.count, width: test.dimension)
        let factors = test.factors(scale: longest)
        let share = max(12, min(252, (range.count + 8 * Workers.count - 1) / (8 * Workers.count)))
        let blocks = (range.count + share - 1) / share
        // Few queries: several workers take parts of the training rows.
        let parts = blocks >= Workers.count ? 1 : min(Workers.count, packed.panelCount)
        let found = Found(count: range.count * parts, k: k)
        let ratio = train.metric == .cosine ? 0 : Float(scale / longest)
        let slack = slack(longest)
        let part = Part(search: self, queries: queries, ratio: ratio, slack: slack, groups: groups)
        Workers.perform(blocks) { block in
            for query in block * share..<min((block + 1) * share, range.count) {
                let row = queries.row(query)
                let (start, factor) = (
                    (range.lowerBound + query) * test.dimension, factors[range.lowerBound + query]
                )
                for column in 0..<test.dimension {
                    row[column] = Float(Double(test.values[start + column]) * factor)
                }
            }
        }
        Workers.perform(blocks * parts) { task in
            let (block, piece) = (task / parts, task % parts)
            let rows = block * share..<min((block + 1) * share, range.count)
            let panels =
                packed.panelCount * piece / parts..<packed.panelCount * (piece + 1) / parts
            part.collect(rows, panels, first: range.lowerBound) { query in
                found.place(query * parts + piece)
            }
        }
        let results = Results(range.count)
        Workers.perform(blocks) { block in
            for query in block * share..<min((block + 1) * share, range.count) {
                results.place(query).pointee = nearest(
                    range.lowerBound + query, test, k, slack,
                    (0..<parts).map { found.place(query * parts + $0) })
            }
        }
        return results.all
    }

    /// The exact order of the candidates that can be among the k nearest.
    private func nearest(
        _ query: Int, _ test: Vectors, _ k: Int, _ slack: Float,
        _ parts: [UnsafeMutablePointer<Candidates>]
    ) -> [Neighbor] {
        let candidates = parts.flatMap { $0.pointee.all }
        let order = candidates.map(\.near).sorted()
        guard !order.isEmpty else { return [] }
        let last = order[min(k, order.count) - 1]
        var exact: [Neighbor] = []
        for candidate in candidates where candidate.near <= last + slack {
            let distance = test.distance(query, to: train, candidate.row)
            exact.append(Neighbor(row: candidate.row, distance: distance))
        }
        return Array(exact.sorted { ($0.distance, $0.row) < ($1.distance, $1.row) }.prefix(k))
    }

    /// Twice what rounding can add to an approximate value: a bound for sums of products of
    /// float32 (Higham, "Accuracy and Stability", section 3.1), with rows of length at most 1, and
    /// a quarter more; and what float64 cannot tell apart where queries, `longest`, are much longer
    /// than training rows.
    private func slack(_ longest: Double) -> Float {
        let product = Double(train.dimension + 16) * 0x1p-24
        guard train.metric == .l2 else { return Float(1.25 * 2 * product) }
        let exact = 8 * Double(train.dimension + 16) * 0x1p-53 * (longest / scale)
        return Float(1.25 * 5 * product + exact)
    }

    /// One piece of the work: some queries, some panels.
    private struct Part: Sendable {
        let search: NeighborSearch
        let queries: RowBuffer
        let ratio: Float
        let slack: Float
        let groups: Groups?

        func collect(
            _ rows: Range<Int>, _ panels: Range<Int>, first: Int,
            _ place: (Int) -> UnsafeMutablePointer<Candidates>
        ) {
            let products = FloatBuffer(rows.count * PackedRows.panel)
            let offsets = FloatBuffer(PackedRows.panel)
            let limits = FloatBuffer(.init(repeating: .infinity, count: rows.count))
            var hits = [Int32](repeating: 0, count: rows.count + 1)
            let factor: Float = search.train.metric == .cosine ? -1 : -2
            for panel in panels {
                let start = panel * PackedRows.panel
                for lane in 0..<PackedRows.panel {
                    offsets.start[lane] = search.lengths[start + lane] * ratio
                }
                search.packed.multiply(
                    panel: panel, queries.row(rows.lowerBound), stride: queries.stride,
                    rows: rows.count, into: products.start)
                let count = PackedRows.near(
                    products.start, rows: rows.count, offsets: offsets.start, factor: factor,
                    limits: limits.start, hits: &hits)
                for row in hits[..<count].lazy.map(Int.init) {
                    let candidates = place(rows.lowerBound + row)
                    add(
                        products.start + row * PackedRows.panel, start,
                        query: first + rows.lowerBound + row, to: candidates)
                    limits.start[row] = candidates.pointee.limit
                }
            }
        }

        private func add(
            _ near: UnsafePointer<Float>, _ start: Int, query: Int,
            to candidates: UnsafeMutablePointer<Candidates>
        ) {
            // Beyond the last training row there are zeros.
            let count = min(PackedRows.panel, search.train.count - start)
            for lane in 0..<count where near[lane] <= candidates.pointee.limit {
                if let groups, groups.train[start + lane] == groups.queries[query] { continue }
                candidates.pointee.add(near[lane], row: start + lane, slack: slack)
            }
        }
    }
}

/// Rows near one query so far: the k nearest by their approximate values, and all that are not
/// farther than the k-th by more than rounding.
private struct Candidates {
    /// Values beyond it are of no interest.
    private(set) var limit = Float.infinity
    private(set) var all: [(near: Float, row: Int)] = []
    /// The k smallest values, the largest on top.
    private var heap: [Float] = []
    private let k: Int

    init(k: Int) { self.k = k }

    mutating func add(_ near: Float, row: Int, slack: Float) {
        all.append((near, row))
        if heap.count < k {
            heap.append(near)
            guard heap.count == k else { return }
            for parent in stride(from: k / 2, through: 0, by: -1) { sink(parent) }
        } else if near < heap[0] {
            heap[0] = near
            sink(0)
        } else {
            return
        }
        limit = heap[0] + slack
        // What has fallen behind is thrown away now and then.
        if all.count > 8 * k + 256 { all.removeAll { $0.near > limit } }
    }

    private mutating func sink(_ start: Int) {
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

/// Candidates that workers fill, a place each.
private final class Found: @unchecked Sendable {
    private let start: UnsafeMutablePointer<Candidates>
    private let count: Int

    init(count: Int, k: Int) {
        start = .allocate(capacity: count)
        start.initialize(repeating: Candidates(k: k), count: count)
        self.count = count
    }

    deinit {
        start.deinitialize(count: count)
        start.deallocate()
    }

    func place(_ index: Int) -> UnsafeMutablePointer<Candidates> { start + index }
}

/// Neighbours that workers fill, a query each.
private final class Results: @unchecked Sendable {
    private let start: UnsafeMutablePointer<[Neighbor]>
    private let count: Int

    init(_ count: Int) {
        start = .allocate(capacity: count)
        start.initialize(repeating: [], count: count)
        self.count = count
    }

    deinit {
        start.deinitialize(count: count)
        start.deallocate()
    }

    func place(_ index: Int) -> UnsafeMutablePointer<[Neighbor]> { start + index }
    var all: [[Neighbor]] { Array(UnsafeBufferPointer(start: start, count: count)) }
}
