/// What a class's threshold is chosen for. A class is predicted where its score is at least the
/// threshold.
public enum ThresholdCriterion: Sendable, Equatable, CustomStringConvertible {
    /// The largest F1.
    case f1
    /// The largest F1 on the grid 0, 0.05, ... 0.95, as in Microsoft's fine-tuning blog.
    case f1Grid
    /// The largest sensitivity + specificity - 1 (Youden, 1950).
    case youden
    /// At least this sensitivity, with the largest specificity.
    case sensitivity(Double)
    /// At least this specificity, with the largest sensitivity.
    case specificity(Double)

    /// `f1`, `f1-grid`, `youden`, `sensitivity=0.95` or `specificity=0.9`; nil for anything else.
    public init?(_ text: String) {
        switch text {
        case "f1": self = .f1
        case "f1-grid": self = .f1Grid
        case "youden": self = .youden
        default:
            let parts = text.split(separator: "=", omittingEmptySubsequences: false)
            guard parts.count == 2, let wanted = Double(parts[1]), wanted > 0, wanted <= 1 else {
                return nil
            }
            switch parts[0] {
            case "sensitivity": self = .sensitivity(wanted)
            case "specificity": self = .specificity(wanted)
            default: return nil
            }
        }
    }

    /// As ``init(_:)`` reads it.
    public var description: String {
        switch self {
        case .f1: "f1"
        case .f1Grid: "f1-grid"
        case .youden: "youden"
        case .sensitivity(let wanted): "sensitivity=\(wanted)"
        case .specificity(let wanted): "specificity=\(wanted)"
        }
    }

    /// Whether it asks for one point of the curve and not for the best of a measure.
    package var isOperatingPoint: Bool {
        switch self {
        case .sensitivity, .specificity: true
        default: false
        }
    }
}

/// A threshold, and what it gives on the rows that it was chosen on.
struct ChosenThreshold: Sendable, Equatable {
    /// Infinite where the class is never predicted.
    let threshold: Double
    /// Rates on the rows it was chosen on; nil where the class or its complement is missing there.
    let sensitivity: Double?
    let specificity: Double?
    let f1: Double
    /// Why there is no threshold, or what the choice suffers from.
    let note: String?
}

extension ThresholdCriterion {
    /// Chooses a class's threshold among its scores. Equally good ones: the highest.
    func choose(
        _ scores: [Double], isPositive: @Sendable (_ row: Int) -> Bool
    ) -> ChosenThreshold {
        let ranked = RankedScores(scores, isPositive: isPositive)
        let total = ranked.counts
        if let missing = missing(total) {
            return ChosenThreshold(
                threshold: .infinity, sensitivity: nil, specificity: nil, f1: 0, note: missing)
        }
        let points = points(ranked, scores, total)
        var best = points[0]
        for point in points.dropFirst() where isBetter(point, best, total) { best = point }
        return chosen(best, total)
    }

    private struct Point {
        let threshold: Double
        let found: Double
        let wrong: Double
    }

    private func missing(_ total: (positives: Double, negatives: Double)) -> String? {
        if total.positives == 0 {
            return "no row of the class to choose on; the class is never predicted"
        }
        if total.negatives == 0, self != .f1, self != .f1Grid {
            return "no row of another class to choose on; the class is never predicted"
        }
        return nil
    }

    /// What every threshold takes, from the highest down: first one that takes nothing.
    private func points(
        _ ranked: RankedScores, _ scores: [Double], _ total: (positives: Double, negatives: Double)
    ) -> [Point] {
        var ties: [(positives: Double, negatives: Double)] = []
        ranked.forEachTie { ties.append(($0, $1)) }
        let values = ranked.tieRows.map { scores[$0] }
        var points = [Point(threshold: .infinity, found: 0, wrong: 0)]
        var (found, wrong) = (0.0, 0.0)
        for index in ties.indices.reversed() {
            found += ties[index].positives
            wrong += ties[index].negatives
            points.append(Point(threshold: values[index], found: found, wrong: wrong))
        }
        guard self == .f1Grid else { return points }
        return (0..<20).reversed().map { step in
            let threshold = Double(step) / 20
            // The last point whose threshold is not below the grid's.
            let taken = points.last { $0.threshold >= threshold } ?? points[0]
            return Point(threshold: threshold, found: taken.found, wrong: taken.wrong)
        }
    }

    private func isBetter(
        _ point: Point, _ best: Point, _ total: (positives: Double, negatives: Double)
    ) -> Bool {
        switch self {
        case .f1, .f1Grid:
            return f1(point, total) > f1(best, total)
        case .youden:
            // found / positives - wrong / negatives in whole numbers: ties are ties.
            func index(_ point: Point) -> Double {
                point.found * total.negatives - point.wrong * total.positives
            }
            return index(point) > index(best)
        case .sensitivity(let wanted):
            // The first that finds enough has the largest specificity.
            return best.found < wanted * total.positives
        case .specificity(let wanted):
            return total.negatives - point.wrong >= wanted * total.negatives
                && point.found > best.found
        }
    }

    private func f1(
        _ point: Point, _ total: (positives: Double, negatives: Double)
    ) -> Double {
        ClassCounts.ratio(2 * point.found, point.found + point.wrong + total.positives)
    }

    private func chosen(
        _ point: Point, _ total: (positives: Double, negatives: Double)
    ) -> ChosenThreshold {
        let rare = min(total.positives, total.negatives)
        return ChosenThreshold(
            threshold: point.threshold, sensitivity: point.found / total.positives,
            specificity: total.negatives > 0 ? 1 - point.wrong / total.negatives : nil,
            f1: f1(point, total),
            note: rare < Double(MetricNotes.smallSupport)
                ? "chosen on \(Int(rare)) rows of the rarer side, which says little" : nil)
    }
}
