internal import Files

/// A confidence interval.
public struct Interval: Sendable, Equatable {
    /// Lower bound.
    public let lower: Double
    /// Upper bound.
    public let upper: Double
}

/// Confidence intervals of the headline metrics, and how they came about.
public struct Intervals: Sendable, Equatable {
    /// Share of resamples inside, 0.95.
    public let level: Double
    /// Number of resamples.
    public let resamples: Int
    /// Seed of the resampling.
    public let seed: Int
    /// What was drawn: "rows within classes", "groups within classes" or "groups".
    public let drawn: String
    /// By metric: `accuracy`, `macro_f1`, `micro_f1`, `mcc`, `mauc`.
    public let values: [String: Interval]
}

/// The percentile bootstrap (Efron, 1979), stratified by class: every resample has as many rows
/// of each class as the data. Where rows belong together (slices of a volume, images of a
/// patient), whole groups are drawn: their rows are no independent evidence.
public struct Bootstrap: Sendable {
    private let resamples: Int
    private let level: Double
    private let seed: Int
    private let groups: [String]?

    /// A bootstrap; `groups` names the group of each row.
    public init(
        resamples: Int = 1000, level: Double = 0.95, seed: Int = 42, groups: [String]? = nil
    ) {
        self.resamples = max(0, resamples)
        self.level = min(max(level, 0), 1)
        self.seed = seed
        self.groups = groups
    }

    func intervals(
        _ predictions: Predictions, _ ranked: [RankedScores]?, notes: inout [String: String]
    ) throws(EvaluationError) -> Intervals {
        let strata = try strata(predictions)
        var draws: [String: [Double]] = [:]
        for number in 0..<resamples {
            let weights = weights(strata.units, count: predictions.count, number: number)
            for (name, value) in Self.values(predictions, ranked, weights) {
                draws[name, default: []].append(value)
            }
        }
        for (name, values) in draws where values.count < resamples {
            notes["intervals.\(name)"] =
                "\(resamples - values.count) of \(resamples) resamples left it undefined"
        }
        return Intervals(
            level: level, resamples: resamples, seed: seed, drawn: strata.drawn,
            values: draws.mapValues { percentiles(of: $0) })
    }

    /// The units to draw (rows that stay together), by stratum.
    private func strata(
        _ predictions: Predictions
    ) throws(EvaluationError) -> (units: [[[Int]]], drawn: String) {
        guard let groups else {
            let rows = Dictionary(grouping: predictions.truth.indices) { predictions.truth[$0] }
            return (Self.sorted(rows).map { $0.map { [$0] } }, "rows within classes")
        }
        guard groups.count == predictions.count else {
            throw .shape(
                place: "groups of the bootstrap", expected: "\(predictions.count) rows",
                got: "\(groups.count)")
        }
        let members = Self.sorted(Dictionary(grouping: groups.indices) { groups[$0] })
        let isPure = members.allSatisfy { rows in
            rows.allSatisfy { predictions.truth[$0] == predictions.truth[rows[0]] }
        }
        guard isPure else { return ([members], "groups") }
        let byClass = Dictionary(grouping: members) { predictions.truth[$0[0]] }
        return (Self.sorted(byClass), "groups within classes")
    }

    /// The values by rising key: a dictionary's own order changes from run to run.
    private static func sorted<Key: Comparable, Value>(_ table: [Key: Value]) -> [Value] {
        table.sorted { $0.key < $1.key }.map(\.value)
    }

    /// How often each row was drawn in a resample.
    private func weights(_ strata: [[[Int]]], count: Int, number: Int) -> [Int] {
        var generator = SeededGenerator(
            seed: UInt64(bitPattern: Int64(seed)), SeededGenerator.stream("bootstrap"),
            UInt64(number))
        var weights = [Int](repeating: 0, count: count)
        for units in strata {
            for _ in units.indices {
                for row in units[generator.index(below: units.count)] { weights[row] += 1 }
            }
        }
        return weights
    }

    private static func values(
        _ predictions: Predictions, _ ranked: [RankedScores]?, _ weights: [Int]
    ) -> [String: Double] {
        var matrix = ConfusionMatrix(size: predictions.classes.count)
        for row in weights.indices where weights[row] > 0 {
            matrix.add(
                truth: predictions.truth[row], predicted: predictions.predicted[row],
                weight: weights[row])
        }
        var values = [
            "accuracy": matrix.accuracy, "macro_f1": matrix.macro.f1,
            "micro_f1": matrix.micro.f1, "mcc": matrix.mcc,
        ]
        let areas = (ranked ?? []).compactMap {
            $0.auc(truth: predictions.truth, weights: weights)
        }
        if !areas.isEmpty { values["mauc"] = areas.reduce(0, +) / Double(areas.count) }
        return values
    }

    private func percentiles(of values: [Double]) -> Interval {
        let sorted = values.sorted()
        return Interval(
            lower: Self.quantile((1 - level) / 2, sorted),
            upper: Self.quantile((1 + level) / 2, sorted))
    }

    /// Linear between neighbours, as numpy's `percentile`.
    private static func quantile(_ share: Double, _ sorted: [Double]) -> Double {
        let position = share * Double(sorted.count - 1)
        let below = Int(position)
        guard below + 1 < sorted.count else { return sorted[sorted.count - 1] }
        return sorted[below] + (position - Double(below)) * (sorted[below + 1] - sorted[below])
    }
}
