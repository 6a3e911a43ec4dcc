internal import Glibc

/// UMAP's graph: how much each row belongs to another's surroundings, made symmetric.
package struct FuzzyGraph {
    /// A pair of rows that belong together, in both directions.
    package struct Edge {
        package let from: Int32
        package let to: Int32
        /// 0 to 1.
        package let weight: Double
    }

    /// Number of rows.
    package let count: Int
    /// By rising `from`, then `to`.
    package let edges: [Edge]

    /// - Parameter neighbors: each row's nearest, nearest first, itself among them.
    package init(_ neighbors: [[Neighbor]]) {
        count = neighbors.count
        let others = neighbors.enumerated().map { row, near in
            near.contains { $0.row == row } ? near.filter { $0.row != row } : near.dropLast()
        }
        let distances = others.flatMap { $0.map(\.distance) }
        let mean = distances.reduce(0, +) / Double(max(1, distances.count + count))
        var weights: [[Int: Double]] = []
        for (row, near) in others.enumerated() {
            let scale = LocalScale(
                near.map(\.distance), neighbors: neighbors[row].count, meanOfAll: mean)
            weights.append(
                Dictionary(
                    uniqueKeysWithValues: near.map { ($0.row, scale.membership($0.distance)) }))
        }
        edges = Self.symmetric(weights)
    }

    /// Either row's claim is enough: `p + q - pq`.
    private static func symmetric(_ weights: [[Int: Double]]) -> [Edge] {
        var reverse = [[Int]](repeating: [], count: weights.count)
        for (row, near) in weights.enumerated() {
            for other in near.keys { reverse[other].append(row) }
        }
        return weights.indices.flatMap { row in
            Set(weights[row].keys).union(reverse[row]).sorted().map { other in
                let (p, q) = (weights[row][other] ?? 0, weights[other][row] ?? 0)
                return Edge(from: Int32(row), to: Int32(other), weight: p + q - p * q)
            }
        }
    }
}

/// A row's own measure of distance: the nearest other row is at 0, and the memberships of all
/// add up to the logarithm of the number of neighbours.
private struct LocalScale {
    private let nearest: Double
    private let width: Double

    /// - Parameters:
    ///   - distances: to the others, rising.
    ///   - neighbors: with the row itself.
    init(_ distances: [Double], neighbors: Int, meanOfAll: Double) {
        let nearest = distances.first { $0 > 0 } ?? 0
        let wanted = log2(Double(neighbors))
        var (low, high, width) = (0.0, Double.infinity, 1.0)
        for _ in 0..<64 {
            let sum = distances.reduce(0.0) { sum, distance in
                let beyond = distance - nearest
                return sum + (beyond > 0 ? exp(-beyond / width) : 1)
            }
            if abs(sum - wanted) < 1e-5 { break }
            if sum > wanted {
                high = width
                width = (low + high) / 2
            } else {
                low = width
                width = high.isInfinite ? width * 2 : (low + high) / 2
            }
        }
        // umap-learn's floor, for rows among copies of themselves.
        let own = distances.reduce(0, +) / Double(distances.count + 1)
        self.nearest = nearest
        self.width = max(width, 1e-3 * (nearest > 0 ? own : meanOfAll))
    }

    func membership(_ distance: Double) -> Double {
        let beyond = distance - nearest
        return beyond <= 0 || width == 0 ? 1 : exp(-beyond / width)
    }
}
