/// ROC AUCs of several scores of the same rows, with their covariance (DeLong, DeLong and
/// Clarke-Pearson, "Comparing the areas under two or more correlated receiver operating
/// characteristic curves", 1988; by midranks as Sun and Xu, 2014).
public struct DeLong: Sendable, Equatable {
    /// One area a score.
    public let aucs: [Double]
    /// Covariances of the areas, score by score.
    public let covariance: [[Double]]

    /// - Parameter scores: one array a classifier, of the same rows.
    /// - Returns: nil with less than two positives or two negatives.
    public init?(truth: [Bool], scores: [[Double]]) {
        let positives = truth.indices.filter { truth[$0] }
        let negatives = truth.indices.filter { !truth[$0] }
        guard positives.count > 1, negatives.count > 1 else { return nil }
        let placements = scores.map { Placements($0, positives, negatives) }
        let (m, n) = (Double(positives.count), Double(negatives.count))
        aucs = placements.map { $0.ofPositives.reduce(0, +) / m }
        let means = aucs
        covariance = placements.indices.map { i in
            placements.indices.map { j in
                Self.covariance(
                    placements[i].ofPositives, means[i], placements[j].ofPositives, means[j]) / m
                    + Self.covariance(
                        placements[i].ofNegatives, means[i], placements[j].ofNegatives, means[j])
                    / n
            }
        }
    }

    /// The test that two areas are equal: difference (first minus second), its standard error and
    /// the two-sided p value; p is nil where the areas differ without any variance.
    public func test(_ first: Int, _ second: Int) -> (
        difference: Double, standardError: Double, p: Double?
    ) {
        let difference = aucs[first] - aucs[second]
        let variance =
            covariance[first][first] + covariance[second][second]
            - 2 * covariance[first][second]
        let error = max(0, variance).squareRoot()
        // Two equal rankings leave rounding only.
        guard error > 1e-12 else { return (difference, error, abs(difference) < 1e-12 ? 1 : nil) }
        return (difference, error, StatisticalTests.twoSided(difference / error))
    }

    private static func covariance(
        _ left: [Double], _ leftMean: Double, _ right: [Double], _ rightMean: Double
    ) -> Double {
        let sum = zip(left, right).reduce(0) {
            $0 + ($1.0 - leftMean) * ($1.1 - rightMean)
        }
        return sum / Double(left.count - 1)
    }

    /// The share of the other side that each row beats, ties counted half.
    private struct Placements {
        let ofPositives: [Double]
        let ofNegatives: [Double]

        init(_ scores: [Double], _ positives: [Int], _ negatives: [Int]) {
            let (m, n) = (Double(positives.count), Double(negatives.count))
            let all = Self.midranks(scores, Array(scores.indices))
            let own = Self.midranks(scores, positives)
            let others = Self.midranks(scores, negatives)
            ofPositives = positives.map { (all[$0] - own[$0]) / n }
            ofNegatives = negatives.map { 1 - (all[$0] - others[$0]) / m }
        }

        /// Ranks from 1 of some rows among themselves, the mean rank for equal scores; 0 for
        /// the other rows.
        private static func midranks(_ scores: [Double], _ rows: [Int]) -> [Double] {
            let order = rows.sorted { scores[$0] < scores[$1] }
            var ranks = [Double](repeating: 0, count: scores.count)
            var first = 0
            while first < order.count {
                var last = first
                while last + 1 < order.count, scores[order[last + 1]] == scores[order[first]] {
                    last += 1
                }
                for place in first...last { ranks[order[place]] = Double(first + last) / 2 + 1 }
                first = last + 1
            }
            return ranks
        }
    }
}
