internal import CambiumFiles
internal import Glibc

/// Rows of a table as points of a plane: McInnes, Healy and Melville, "UMAP: Uniform Manifold
/// Approximation and Projection for Dimension Reduction" (2018), with umap-learn's constants.
///
/// Neighbours are exact, where umap-learn searches large tables approximately. Points start at
/// the two principal components (Kobak and Linderman, 2021), which needs no connected graph, and
/// not at the graph's eigenvectors. One thread moves them, so that the same table and seed give the
/// same bytes.
public struct UMAP: Sendable {
    /// Neighbours that make a row's surroundings, itself included.
    public var neighbors = 10
    /// How close points may lie; the least distance of what is alike.
    public var minimumDistance = 0.5
    /// How rows are compared.
    public var metric = VectorMetric.cosine
    /// Decides every random choice.
    public var seed: UInt64 = 42
    /// Passes over the graph; nil is 500, of more than 10,000 rows 200.
    public var epochs: Int?

    /// The documents' settings: 10 neighbours, least distance 0.5, cosine, seed 42.
    public init() {}

    /// Points `[rows, 2]` of vectors `[rows, dimension]`.
    /// - Throws: ``EvaluationError`` for fewer than 3 rows, settings that make no sense, sizes that
    ///   do not fit, or a value that is not finite.
    public func points(_ vectors: [Float], dimension: Int) throws(EvaluationError) -> [Double] {
        let count = vectors.count / max(1, dimension)
        guard count >= 3 else {
            throw .shape(place: "table to map", expected: "at least 3 rows", got: "\(count)")
        }
        guard neighbors >= 2, (0...1).contains(minimumDistance) else {
            throw .value(
                place: "map",
                reason: "\(neighbors) neighbours and a least distance of \(minimumDistance); at "
                    + "least 2 and 0 to 1 expected")
        }
        let table = try Vectors(
            vectors, dimension: dimension, metric: metric, place: "table to map")
        let near = try KNearestNeighbors(
            train: vectors, dimension: dimension, labels: [Int](repeating: 0, count: count),
            classCount: 1, k: min(neighbors, count), metric: metric
        ).neighbors(of: vectors, dimension: dimension)
        let graph = FuzzyGraph(near)
        var generator = SeededGenerator(seed: seed, SeededGenerator.stream("umap"))
        let start = PrincipalPlane(table, using: &generator).points
        return AttractionLayout(
            graph, curve: DistanceCurve(minimumDistance: minimumDistance),
            epochs: max(1, epochs ?? (count > 10_000 ? 200 : 500))
        ).moved(from: Self.spread(start, using: &generator), using: &generator)
    }

    /// Both coordinates stretched to 0...10, with a little noise so that no two points coincide.
    private static func spread(
        _ points: [Double], using generator: inout SeededGenerator
    ) -> [Double] {
        let largest = points.map(abs).max() ?? 0
        let factor = largest > 0 ? 10 / largest : 0
        var result = points.map { $0 * factor + generator.normal() * 1e-4 }
        for axis in 0..<2 {
            let values = stride(from: axis, to: result.count, by: 2).map { result[$0] }
            guard let low = values.min(), let high = values.max(), high > low else { continue }
            for place in stride(from: axis, to: result.count, by: 2) {
                result[place] = 10 * (result[place] - low) / (high - low)
            }
        }
        return result
    }
}

/// How strongly two points at a distance d of the plane belong together: `1 / (1 + a d^(2b))`,
/// fitted to 1 up to the least distance and a falling exponential beyond.
package struct DistanceCurve {
    package let a: Double
    package let b: Double

    /// Fits by Levenberg and Marquardt's method at 300 distances from 0 to 3.
    package init(minimumDistance: Double) {
        let distances = (0..<300).map { 3 * Double($0) / 299 }
        let wanted = distances.map { $0 < minimumDistance ? 1 : exp(minimumDistance - $0) }
        func value(_ a: Double, _ b: Double, _ x: Double) -> Double {
            1 / (1 + a * pow(x, 2 * b))
        }
        func error(_ a: Double, _ b: Double) -> Double {
            zip(distances, wanted).reduce(0) { sum, point in
                let residual = value(a, b, point.0) - point.1
                return sum + residual * residual
            }
        }
        var (a, b, damping) = (1.0, 1.0, 1e-3)
        for _ in 0..<200 {
            var (aa, ab, bb, ga, gb) = (0.0, 0.0, 0.0, 0.0, 0.0)
            for (x, y) in zip(distances, wanted) where x > 0 {
                let power = pow(x, 2 * b)
                let current = 1 / (1 + a * power)
                let (da, db) = (
                    -current * current * power, -current * current * a * power * 2 * log(x)
                )
                (aa, ab, bb) = (aa + da * da, ab + da * db, bb + db * db)
                (ga, gb) = (ga + da * (current - y), gb + db * (current - y))
            }
            let (p, q) = (aa * (1 + damping), bb * (1 + damping))
            let determinant = p * q - ab * ab
            guard determinant > 0 else { break }
            let next = (
                a - (q * ga - ab * gb) / determinant, b - (p * gb - ab * ga) / determinant
            )
            if next.0 > 0, error(next.0, next.1) <= error(a, b) {
                let change = abs(next.0 - a) + abs(next.1 - b)
                (a, b, damping) = (next.0, next.1, damping / 10)
                if change < 1e-12 { break }
            } else {
                damping *= 10
            }
        }
        (self.a, self.b) = (a, b)
    }
}
