internal import CambiumFiles
internal import Glibc

/// Points of a plane moved until what the graph joins lies together: UMAP's stochastic gradient
/// descent, one edge at a time, with random points pushed away (negative sampling).
struct AttractionLayout {
    private let count: Int
    private let edges: [FuzzyGraph.Edge]
    /// Epochs from one visit of an edge to the next.
    private let intervals: [Double]
    private let curve: DistanceCurve
    private let epochs: Int
    /// Random points that are pushed away for each visit.
    private static let repelled = 5.0
    /// No step moves a coordinate farther, times the rate.
    private static let farthest = 4.0

    init(_ graph: FuzzyGraph, curve: DistanceCurve, epochs: Int) {
        let largest = graph.edges.map(\.weight).max() ?? 0
        // What would be visited less than once is left out.
        let edges = graph.edges.filter { $0.weight > 0 && $0.weight >= largest / Double(epochs) }
        (count, self.edges, self.curve, self.epochs) = (graph.count, edges, curve, epochs)
        intervals = edges.map { largest / $0.weight }
    }

    /// The points `[rows, 2]` after all epochs.
    func moved(from start: [Double], using generator: inout SeededGenerator) -> [Double] {
        var points = start
        var next = intervals
        var nextRepelled = intervals.map { $0 / Self.repelled }
        for epoch in 0..<epochs {
            let rate = 1 - Double(epoch) / Double(epochs)
            for (index, edge) in edges.enumerated() where next[index] <= Double(epoch) {
                let (from, to) = (Int(edge.from), Int(edge.to))
                attract(&points, from, to, rate)
                next[index] += intervals[index]
                let interval = intervals[index] / Self.repelled
                let visits = Int((Double(epoch) - nextRepelled[index]) / interval)
                for _ in 0..<max(0, visits) {
                    repel(&points, from, generator.index(below: count), rate)
                }
                nextRepelled[index] += Double(visits) * interval
            }
        }
        return points
    }

    private func attract(_ points: inout [Double], _ from: Int, _ to: Int, _ rate: Double) {
        let (x, y) = (points[2 * from] - points[2 * to], points[2 * from + 1] - points[2 * to + 1])
        let square = x * x + y * y
        guard square > 0 else { return }
        let power = pow(square, curve.b)
        let slope = -2 * curve.a * curve.b * power / square / (curve.a * power + 1)
        let (dx, dy) = (Self.limited(slope * x) * rate, Self.limited(slope * y) * rate)
        points[2 * from] += dx
        points[2 * from + 1] += dy
        points[2 * to] -= dx
        points[2 * to + 1] -= dy
    }

    private func repel(_ points: inout [Double], _ from: Int, _ other: Int, _ rate: Double) {
        let (x, y) = (
            points[2 * from] - points[2 * other], points[2 * from + 1] - points[2 * other + 1]
        )
        let square = x * x + y * y
        guard square > 0 else { return }
        let slope = 2 * curve.b / ((0.001 + square) * (curve.a * pow(square, curve.b) + 1))
        points[2 * from] += Self.limited(slope * x) * rate
        points[2 * from + 1] += Self.limited(slope * y) * rate
    }

    private static func limited(_ value: Double) -> Double { min(max(value, -farthest), farthest) }
}
