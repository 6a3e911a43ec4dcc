public import CambiumFiles

/// The numbers of one subgroup of the rows: all that share a value of a column.
public struct Subgroup: Sendable {
    /// The value; "" where the column is empty.
    public let value: String
    /// Rows.
    public let count: Int
    /// By metric, defined ones only.
    public let values: [String: Double]
    /// By metric.
    public let intervals: [String: Interval]
    /// Positives by class, in the order of the columns.
    public let supports: [Int]
    /// Reasons and cautions.
    public let notes: [String]
}

/// The difference between the best and the worst subgroup under one metric.
public struct SubgroupGap: Sendable {
    /// The metric.
    public let metric: String
    /// The subgroup with the highest value, and the one with the lowest.
    public let highest: String
    /// The subgroup with the lowest value.
    public let lowest: String
    /// Highest minus lowest.
    public let gap: Double
    /// Of the difference of these two; nil without resamples.
    public let interval: Interval?
}

/// Metrics by the values of one column: sex, scanner, site, age band.
public struct SubgroupTable: Sendable {
    /// The column.
    public let column: String
    /// By value.
    public let groups: [Subgroup]
    /// By metric, over the subgroups that are not too small to say anything.
    public let gaps: [SubgroupGap]
    /// What the table leaves out, and why.
    public let notes: [String]

    /// What subgroups are compared by. Averages run over the classes that occur in a subgroup:
    /// one that lacks a class is not the worse for it.
    package static let metrics = Metric.keys(.subgroups)

    /// Subgroups of fewer rows than this get numbers, but no part in the gaps.
    public static let smallest = 20

    /// - Parameters:
    ///   - values: the column's value a row.
    ///   - evaluate: the numbers of some rows.
    init(
        column: String, values: [String], bootstrap: Bootstrap?,
        evaluate: (_ rows: [Int]) throws(EvaluationError) -> (MetricDraws, supports: [Int])
    ) throws(EvaluationError) {
        let members = Dictionary(grouping: values.indices) { values[$0] }
            .sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        var groups: [Subgroup] = []
        var draws: [MetricDraws] = []
        for (value, rows) in members {
            let (numbers, supports) = try evaluate(rows)
            draws.append(numbers)
            groups.append(Subgroup(value, rows.count, numbers, supports))
        }
        (self.column, self.groups) = (column, groups)
        gaps = Self.gaps(groups, draws, bootstrap)
        let small = groups.filter { $0.count < Self.smallest }
        notes =
            small.isEmpty
            ? []
            : [
                "fewer than \(Self.smallest) rows, left out of the gaps: "
                    + small.map { "\(Self.shown($0.value)) (\($0.count))" }.joined(separator: ", ")
            ]
    }

    package static func shown(_ value: String) -> String { value.isEmpty ? "(empty)" : value }

    private static func gaps(
        _ groups: [Subgroup], _ draws: [MetricDraws], _ bootstrap: Bootstrap?
    ) -> [SubgroupGap] {
        let large = groups.indices.filter { groups[$0].count >= smallest }
        return metrics.compactMap { metric in
            let known = large.compactMap { index in
                groups[index].values[metric].map { (index: index, value: $0) }
            }
            guard known.count > 1,
                let highest = known.max(by: { $0.value < $1.value }),
                let lowest = known.min(by: { $0.value < $1.value })
            else { return nil }
            return SubgroupGap(
                metric: metric, highest: groups[highest.index].value,
                lowest: groups[lowest.index].value, gap: highest.value - lowest.value,
                interval: interval(
                    highest.value - lowest.value, draws[highest.index].spread(metric),
                    draws[lowest.index].spread(metric), bootstrap))
        }
    }

    /// Other subgroups are other rows: their variances add up.
    private static func interval(
        _ gap: Double, _ upper: Spread?, _ lower: Spread?, _ bootstrap: Bootstrap?
    ) -> Interval? {
        guard let bootstrap, let upper, let lower else { return nil }
        let error = (upper.error * upper.error + lower.error * lower.error).squareRoot()
        return .difference(
            gap, error: error, freedom: min(upper.evidence.freedom, lower.evidence.freedom),
            level: bootstrap.level)?.interval
    }

    /// The entry of `metrics.json`.
    public var json: JSON {
        [
            "column": .string(column), "groups": .array(groups.map(\.json)),
            "gaps": .array(gaps.map(\.json)), "notes": .array(notes.map(JSON.string)),
        ]
    }
}

extension Subgroup {
    fileprivate init(
        _ value: String, _ count: Int, _ draws: MetricDraws, _ supports: [Int]
    ) {
        (self.value, self.count, self.supports) = (value, count, supports)
        var (values, intervals): ([String: Double], [String: Interval]) = ([:], [:])
        for metric in SubgroupTable.metrics {
            values[metric] = draws[metric]
            intervals[metric] = draws.interval(metric)
        }
        (self.values, self.intervals) = (values, intervals)
        var notes: [String] = []
        if count < SubgroupTable.smallest { notes.append("\(count) rows say little") }
        let missing = supports.count { $0 == 0 }
        if missing > 0 { notes.append("\(missing) of \(supports.count) classes do not occur") }
        self.notes = notes
    }

    fileprivate var json: JSON {
        [
            "value": .string(value), "count": .integer(count),
            "metrics": .object(values.mapValues { .finite($0) }),
            "intervals": .object(intervals.mapValues(\.json)),
            "supports": .array(supports.map(JSON.integer)),
            "notes": .array(notes.map(JSON.string)),
        ]
    }
}

extension SubgroupGap {
    fileprivate var json: JSON {
        [
            "metric": .string(metric), "highest": .string(highest), "lowest": .string(lowest),
            "gap": .finite(gap), "interval": interval?.json ?? .null,
        ]
    }
}

extension LabelledScores {
    /// Metrics by the values of a column, one a row.
    /// - Throws: ``EvaluationError`` when the values do not fit the rows.
    public func subgroups(
        column: String, values: [String], bootstrap: Bootstrap?
    ) throws(EvaluationError) -> SubgroupTable {
        guard values.count == scores.rows else {
            throw .shape(
                place: "subgroups by \(column)", expected: "\(scores.rows) rows",
                got: "\(values.count)")
        }
        return try SubgroupTable(column: column, values: values, bootstrap: bootstrap) {
            rows throws(EvaluationError) in
            let own = try LabelledEvaluation(
                selecting(rows), bootstrap: bootstrap?.selecting(rows))
            return (own.draws, own.metrics.perClass.map(\.metrics.support))
        }
    }
}
