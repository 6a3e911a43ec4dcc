internal import CambiumEvaluation

/// ROC and precision-recall of one question, by every threshold; ties are one step.
package struct CurvePoints: Sendable {
    /// False and true positive rate, from (0, 0) to (1, 1).
    package private(set) var roc: [Figure.Point] = [Figure.Point(0, 0)]
    /// Recall and precision by rising recall.
    package private(set) var precision: [Figure.Point] = []

    /// The area under ``roc``.
    package let auc: Double
    /// The sum of precision times gained recall.
    package let averagePrecision: Double

    /// nil without positives or without negatives.
    package init?(_ scores: [Double], _ isPositive: [Bool]) {
        let ranked = RankedScores(scores) { isPositive[$0] }
        guard let areas = ranked.areas else { return nil }
        (auc, averagePrecision) = areas
        let (positives, negatives) = ranked.counts
        var ties: [(positives: Double, negatives: Double)] = []
        ranked.forEachTie { ties.append(($0, $1)) }
        var (found, wrong) = (0.0, 0.0)
        for tie in ties.reversed() {
            found += tie.positives
            wrong += tie.negatives
            roc.append(Figure.Point(wrong / negatives, found / positives))
            if found / positives > precision.last?.x ?? 0 {
                precision.append(Figure.Point(found / positives, found / (found + wrong)))
            }
        }
    }

    /// ``precision`` as the steps whose area ``averagePrecision`` is.
    package var steps: [Figure.Point] {
        zip([Figure.Point(0, 0)] + precision, precision).flatMap { before, point in
            [Figure.Point(before.x, point.y), point]
        }
    }

    /// The mean of several ROC curves at equal false positive rates.
    package static func meanROC(_ curves: [CurvePoints]) -> [Figure.Point] {
        [Figure.Point(0, 0)]
            + mean(curves.map(\.roc)) { points, next, x in
                let (a, b) = (points[next - 1], points[next])
                return b.x == a.x ? b.y : a.y + (b.y - a.y) * (x - a.x) / (b.x - a.x)
            }
    }

    /// The mean of several precision-recall curves at equal recalls; its area is the mean average
    /// precision.
    package static func meanSteps(_ curves: [CurvePoints]) -> [Figure.Point] {
        mean(curves.map(\.precision)) { points, next, _ in points[next].y }
    }

    private static let grid = 500

    /// - Parameter value: the height at x, of points and the first of them that is not left of x.
    private static func mean(
        _ lines: [[Figure.Point]], _ value: ([Figure.Point], Int, Double) -> Double
    ) -> [Figure.Point] {
        guard !lines.isEmpty else { return [] }
        var sums = [Double](repeating: 0, count: grid + 1)
        for points in lines {
            var next = 0
            for step in 0...grid {
                let x = Double(step) / Double(grid)
                while next < points.count - 1, points[next].x < x { next += 1 }
                // Of points one above the other the highest counts.
                var top = next
                while top < points.count - 1, points[top + 1].x == x, points[top].x == x {
                    top += 1
                }
                sums[step] += top == 0 || points[top].x == x ? points[top].y : value(points, top, x)
            }
        }
        return sums.enumerated().map {
            Figure.Point(Double($0.offset) / Double(grid), $0.element / Double(lines.count))
        }
    }
}
