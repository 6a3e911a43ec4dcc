import CambiumEvaluation
import CambiumFiles
import CambiumTestFolders
import Foundation
import Testing

/// Against umap-learn (Fixtures/make_umap.py), and what a map must keep.
@Suite struct UMAPTests {
    private let fixture: JSON
    private let table: [Float]

    init() throws {
        fixture = try JSON(file: Repository.fixture("EvaluationTests", "umap.json"))
        table = try #require(fixture["table"]?.array).compactMap(\.number).map { Float($0) }
    }

    @Test func `the curve is umap-learn's`() throws {
        let curves = try #require(fixture["curves"]?.array).map { $0.array?.compactMap(\.number) }
        #expect(curves.count == 6)
        for case let numbers? in curves {
            let curve = DistanceCurve(minimumDistance: numbers[0])
            #expect(abs(curve.a - numbers[1]) < 1e-5 && abs(curve.b - numbers[2]) < 1e-5)
        }
    }

    @Test func `the graph is umap-learn's`() throws {
        for graph in try #require(fixture["graphs"]?.array) {
            let metric = try #require(VectorMetric(rawValue: graph["metric"]?.string ?? ""))
            let neighbors = try #require(graph["neighbors"]?.integer)
            let near = try KNearestNeighbors(
                train: table, dimension: 6, labels: [Int](repeating: 0, count: 40), classCount: 1,
                k: neighbors, metric: metric
            ).neighbors(of: table, dimension: 6)
            let edges = FuzzyGraph(near).edges.filter { $0.weight > 0 }
            let expected = try #require(graph["edges"]?.array).compactMap(\.number)
            #expect(edges.count * 3 == expected.count)
            for (place, edge) in edges.enumerated() where 3 * place + 2 < expected.count {
                let found = [Double(edge.from), Double(edge.to)]
                #expect(found == Array(expected[3 * place..<3 * place + 2]))
                #expect(abs(edge.weight - expected[3 * place + 2]) < 2e-5)
            }
        }
    }

    @Test func `neighbours stay neighbours, and groups apart`() throws {
        var generator = SeededGenerator(seed: 4)
        let (groups, each, width) = (4, 30, 16)
        let vectors = (0..<groups * each).flatMap { row in
            (0..<width).map { column in
                Float((column % groups == row / each ? 3 : 0) + 0.5 * generator.normal())
            }
        }
        let points = try UMAP().points(vectors, dimension: width)
        #expect(points.count == 2 * groups * each && points.allSatisfy(\.isFinite))
        let right = (0..<groups * each).count { row in
            let nearest = (0..<groups * each).filter { $0 != row }.min { a, b in
                distance(points, row, a) < distance(points, row, b)
            }
            return nearest.map { $0 / each == row / each } ?? false
        }
        #expect(right == groups * each)
        #expect(try UMAP().points(vectors, dimension: width) == points)
        var other = UMAP()
        other.seed = 43
        #expect(try other.points(vectors, dimension: width) != points)
    }

    private func distance(_ points: [Double], _ a: Int, _ b: Int) -> Double {
        let (x, y) = (points[2 * a] - points[2 * b], points[2 * a + 1] - points[2 * b + 1])
        return x * x + y * y
    }

    @Test func `small and equal tables have a map too`() throws {
        for count in 3...6 {
            let points = try UMAP().points([Float](repeating: 1, count: 4 * count), dimension: 4)
            #expect(points.count == 2 * count && points.allSatisfy(\.isFinite))
        }
        #expect(throws: EvaluationError.self) { try UMAP().points([1, 2], dimension: 1) }
        #expect(throws: EvaluationError.self) {
            try UMAP().points([1, .nan, 2, 3, 4, 5], dimension: 2)
        }
    }
}
