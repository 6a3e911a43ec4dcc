package import CambiumFiles

/// Points of a ROC and a precision-recall curve, as many as a picture can show. The areas are
/// computed from all thresholds, never from these.
public struct Curves: Sendable, Equatable {
    /// A point: what a threshold gives when scores at or above it count as positive.
    public struct Point: Sendable, Equatable {
        /// Across: false positive rate, or recall.
        public let x: Double
        /// Up: true positive rate, or precision.
        public let y: Double
        /// The lowest score taken; nil where nothing is.
        public let threshold: Double?
    }

    /// From (0, 0) to (1, 1); empty without positives or without negatives.
    public let roc: [Point]
    /// By rising recall; empty without positives.
    public let precisionRecall: [Point]

    /// A curve has at most about this many points.
    static let limit = 256

    /// - Parameter values: the scores that were ranked, for the thresholds.
    init(_ ranked: RankedScores, _ values: [Double]) {
        let total = ranked.counts
        guard total.positives > 0 else {
            (roc, precisionRecall) = ([], [])
            return
        }
        // Thresholds from the highest down, with what each takes.
        var ties: [(positives: Double, negatives: Double)] = []
        ranked.forEachTie { ties.append(($0, $1)) }
        let rows = ranked.tieRows
        var roc = Thinned(step: 2 / Double(Self.limit))
        var recall = Thinned(step: 1 / Double(Self.limit))
        var (found, wrong) = (0.0, 0.0)
        if total.negatives > 0 { roc.add(Point(x: 0, y: 0, threshold: nil), isLast: false) }
        for index in ties.indices.reversed() {
            found += ties[index].positives
            wrong += ties[index].negatives
            let (threshold, isLast) = (values[rows[index]], index == 0)
            let share = found / total.positives
            if total.negatives > 0 {
                roc.add(
                    Point(x: wrong / total.negatives, y: share, threshold: threshold),
                    isLast: isLast)
            }
            if ties[index].positives > 0 {
                recall.add(
                    Point(x: share, y: found / (found + wrong), threshold: threshold),
                    isLast: found == total.positives)
            }
        }
        (self.roc, precisionRecall) = (roc.points, recall.points)
    }

    /// Points that lie at least a step apart, and the last.
    private struct Thinned {
        let step: Double
        private(set) var points: [Point] = []
        private var previous: Point?

        init(step: Double) { self.step = step }

        mutating func add(_ point: Point, isLast: Bool) {
            let (x, y) = (points.last?.x ?? -1, points.last?.y ?? -1)
            let isFar = point.x - x >= step || abs(point.y - y) >= step
            if isFar, let corner = previous, let last = points.last, corner != last,
                corner.x == last.x || corner.y == last.y
            {
                // The corner of a stair: without it the line would cut across.
                points.append(corner)
            }
            if isFar || isLast { points.append(point) }
            previous = point
        }
    }

    package var json: JSON {
        func columns(_ points: [Point], _ x: String, _ y: String) -> JSON {
            .object([
                x: .array(points.map { .finite($0.x) }), y: .array(points.map { .finite($0.y) }),
                "threshold": .array(points.map { .finite($0.threshold) }),
            ])
        }
        return [
            "roc": columns(roc, "fpr", "tpr"),
            "precision_recall": columns(precisionRecall, "recall", "precision"),
        ]
    }
}
