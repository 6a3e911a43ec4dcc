internal import CambiumFiles

/// Several models measured on the same cases: their metrics, and paired tests of every two.
///
/// Differences are taken resample by resample of one bootstrap, so that what all models find hard
/// cancels out; areas by DeLong, decisions by McNemar. p values of one question are corrected for
/// the number of answers (Holm): the pairs of a metric, the pairs and classes of the areas.
public struct Comparison: Sendable {
    /// One model.
    public struct Model: Sendable {
        /// What it is called.
        public let name: String
        /// Where it comes from.
        public let folder: String
        /// By metric, defined ones only.
        public let values: [String: Double]
        /// By metric.
        public let intervals: [String: Interval]
    }

    /// The difference of two models under one metric, first minus second.
    public struct Difference: Sendable, Equatable {
        /// The metric.
        public let metric: String
        /// First minus second.
        public let difference: Double
        /// Of the paired bootstrap; nil without resamples.
        public let interval: Interval?
        /// Two-sided, of the paired bootstrap.
        public let p: Double?
        /// Corrected for the number of pairs.
        public internal(set) var corrected: Double?
    }

    /// DeLong's test of one class's areas, first minus second.
    public struct AreaTest: Sendable, Equatable {
        /// The class.
        public let label: ClassLabel
        /// First minus second.
        public let difference: Double
        /// Its standard error.
        public let standardError: Double
        /// Two-sided; nil where the areas differ without any variance.
        public let p: Double?
        /// Corrected for the number of classes and pairs.
        public internal(set) var corrected: Double?
    }

    /// Two models.
    public struct Pair: Sendable {
        /// Number of the first model, from 0.
        public let first: Int
        /// Number of the second model.
        public let second: Int
        /// By metric, in the order of the table.
        public internal(set) var differences: [Difference]
        /// Of rows whose classes are all right.
        public let mcNemar: McNemar
        /// McNemar's p value corrected for the number of pairs.
        public internal(set) var mcNemarCorrected: Double
        /// One a class where it is defined.
        public internal(set) var areas: [AreaTest]
    }

    /// The models in the order given.
    public let models: [Model]
    /// Every two.
    public let pairs: [Pair]
    /// Cases that all share.
    public let count: Int
    /// The metrics of the table, those that are defined for all.
    public let metrics: [String]
    /// How the resamples were drawn.
    public let intervals: Intervals
    /// Cautions.
    public let notes: [String]

    /// Compares evaluations; `remarks` join the notes.
    /// - Throws: ``EvaluationError`` when the cases, their classes or the tasks differ.
    public init(
        _ runs: [StoredEvaluation], bootstrap: Bootstrap, remarks: [String] = []
    ) throws(EvaluationError) {
        let rows = try Self.aligned(runs)
        var measured: [MetricDraws] = []
        for run in rows { measured.append(try run.draws(bootstrap)) }
        let metrics = Metric.keys(.comparison).filter { name in
            measured.allSatisfy { $0[name] != nil }
        }
        (self.metrics, count) = (metrics, rows[0].scores.rows)
        models = zip(runs, measured).map { run, draws in
            Model(
                name: run.name, folder: run.folder,
                values: Dictionary(
                    uniqueKeysWithValues: metrics.map { ($0, draws[$0] ?? .nan) }),
                intervals: Dictionary(
                    uniqueKeysWithValues: metrics.compactMap { metric in
                        draws.interval(metric).map { (metric, $0) }
                    }))
        }
        pairs = try Self.pairs(rows, measured, metrics, bootstrap)
        let plan = try bootstrap.resampling(rows: count, classes: rows[0].strata)
        intervals = Intervals(
            level: bootstrap.level, resamples: bootstrap.resamples, seed: bootstrap.seed,
            drawn: plan.drawn, values: [:])
        let units = measured[0].units
        let cautions = [
            units?.roughness.map { "intervals: \($0)" }, units?.roughClasses(rows[0].classes),
        ]
        notes = remarks + Self.notes(runs, count) + cautions.compactMap(\.self)
    }

    private static func notes(_ runs: [StoredEvaluation], _ count: Int) -> [String] {
        var notes: [String] = []
        if runs.contains(where: \.keys.isEmpty) {
            notes.append("rows have no keys: cases are taken to be the same by their order")
        }
        if count < 30 { notes.append("\(count) cases say little") }
        return notes
    }

    /// The rows of all runs in the order of the first.
    private static func aligned(
        _ runs: [StoredEvaluation]
    ) throws(EvaluationError) -> [LabelledScores] {
        guard let first = runs.first else { throw .noRows("runs to compare") }
        var result = [first.rows]
        for run in runs.dropFirst() {
            guard run.rows.classes == first.rows.classes else {
                throw .shape(
                    place: run.folder, expected: "the classes of \(first.folder), in their order",
                    got: "others")
            }
            let rows = try aligned(run, to: first)
            guard rows.hasTruth(of: first.rows) else {
                throw .value(
                    place: run.folder,
                    reason: "its cases have other true classes than those of \(first.folder); "
                        + "evaluate both on the same rows")
            }
            result.append(rows)
        }
        return result
    }

    private static func aligned(
        _ run: StoredEvaluation, to first: StoredEvaluation
    ) throws(EvaluationError) -> LabelledScores {
        let differ = EvaluationError.value(
            place: run.folder,
            reason: "its cases are not those of \(first.folder); evaluate both on the same rows")
        guard run.rows.scores.rows == first.rows.scores.rows else { throw differ }
        guard !run.keys.isEmpty, !first.keys.isEmpty, run.keys != first.keys else {
            return run.rows
        }
        let places = Dictionary(zip(run.keys, run.keys.indices), uniquingKeysWith: { $1 })
        let order = first.keys.compactMap { places[$0] }
        guard places.count == run.keys.count, order.count == first.keys.count,
            Set(order).count == order.count
        else { throw differ }
        return try run.rows.selecting(order)
    }

    private static func pairs(
        _ rows: [LabelledScores], _ measured: [MetricDraws], _ metrics: [String],
        _ bootstrap: Bootstrap
    ) throws(EvaluationError) -> [Pair] {
        let right = rows.map(\.allRight)
        var pairs = rows.indices.flatMap { first in
            rows.indices.dropFirst(first + 1).map { second in
                Pair(
                    first: first, second: second,
                    differences: metrics.map {
                        difference($0, measured[first], measured[second], bootstrap)
                    },
                    mcNemar: McNemar(first: right[first], second: right[second]),
                    mcNemarCorrected: 1, areas: [])
            }
        }
        addAreas(rows, to: &pairs)
        correct(&pairs)
        return pairs
    }

    private static func difference(
        _ metric: String, _ first: MetricDraws, _ second: MetricDraws, _ bootstrap: Bootstrap
    ) -> Difference {
        let draws = zip(first.draws[metric] ?? [], second.draws[metric] ?? []).map { $0 - $1 }
        let difference = (first[metric] ?? .nan) - (second[metric] ?? .nan)
        let test = MetricDraws.variance(draws).flatMap { variance in
            Interval.difference(
                difference, error: variance.squareRoot(),
                freedom: first.spread(metric)?.evidence.freedom ?? 1, level: bootstrap.level)
        }
        return Difference(
            metric: metric, difference: difference, interval: test?.interval,
            p: test?.p ?? (difference == 0 ? 1 : nil), corrected: nil)
    }

    private static func addAreas(_ rows: [LabelledScores], to pairs: inout [Pair]) {
        let labels = rows[0].classes.labels
        for group in rows[0].scores.columnGroups {
            let columns = rows.map { $0.scores.columns(group) }
            let tests = Workers.map(group.count) { index in
                let column = group.lowerBound + index
                let truth = (0..<rows[0].scores.rows).map { rows[0].isTrue($0, column) }
                return DeLong(truth: truth, scores: columns.map { $0[index] })
            }
            for number in pairs.indices {
                for (column, test) in zip(group, tests) {
                    guard let result = test?.test(pairs[number].first, pairs[number].second)
                    else { continue }
                    pairs[number].areas.append(
                        AreaTest(
                            label: labels[column], difference: result.difference,
                            standardError: result.standardError, p: result.p, corrected: nil))
                }
            }
        }
    }

    private static func correct(_ pairs: inout [Pair]) {
        for index in pairs.first?.differences.indices ?? 0..<0 {
            let known = pairs.indices.filter { pairs[$0].differences[index].p != nil }
            let corrected = StatisticalTests.holm(
                known.compactMap { pairs[$0].differences[index].p })
            for (pair, value) in zip(known, corrected) {
                pairs[pair].differences[index].corrected = value
            }
        }
        for (pair, value) in zip(pairs.indices, StatisticalTests.holm(pairs.map(\.mcNemar.p))) {
            pairs[pair].mcNemarCorrected = value
        }
        let places = pairs.indices.flatMap { pair in
            pairs[pair].areas.indices.filter { pairs[pair].areas[$0].p != nil }.map { (pair, $0) }
        }
        let corrected = StatisticalTests.holm(
            places.compactMap { pairs[$0.0].areas[$0.1].p })
        for (place, value) in zip(places, corrected) {
            pairs[place.0].areas[place.1].corrected = value
        }
    }
}

extension LabelledScores {
    fileprivate func draws(_ bootstrap: Bootstrap) throws(EvaluationError) -> MetricDraws {
        try LabelledEvaluation(self, bootstrap: bootstrap).draws
    }

    /// Whether all classes of each row are right.
    fileprivate var allRight: [Bool] {
        switch self {
        case .single(let predictions, _):
            zip(predictions.truth, predictions.predicted).map(==)
        case .several(let predictions):
            (0..<predictions.count).map { row in
                predictions.classes.labels.indices.allSatisfy { column in
                    let decision = predictions.decisions[row * predictions.classes.count + column]
                    return decision == 0
                        || decision
                            == MultiLabelPredictions.isTrue | MultiLabelPredictions.isPredicted
                }
            }
        }
    }
}
