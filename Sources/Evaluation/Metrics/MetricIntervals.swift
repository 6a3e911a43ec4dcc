internal import Foundation

/// What is known of a number's place beside the number itself.
struct Spread: Sendable {
    /// Standard error.
    let error: Double
    /// What the error rests on.
    let evidence: Evidence
}

extension MetricDraws {
    /// The intervals of all metrics; nil without a bootstrap.
    func intervals(values: [String: Interval]) -> Intervals? {
        plan.map { bootstrap, resampling in
            Intervals(
                level: bootstrap.level, resamples: bootstrap.resamples, seed: bootstrap.seed,
                drawn: resampling.drawn, values: values)
        }
    }

    /// The intervals of all metrics: of the whole, and of each class.
    func intervals(
        _ classes: ClassList, notes: inout [String: String]
    ) -> (whole: [String: Interval], perClass: [[String: Interval]]) {
        var whole: [String: Interval] = [:]
        var perClass = [[String: Interval]](repeating: [:], count: classes.count)
        for (name, values) in draws {
            let (metric, column) = Self.parts(name)
            let interval = interval(name)
            if let column {
                perClass[column][metric] = interval
            } else {
                whole[name] = interval
            }
            let undefined = values.count(where: \.isNaN)
            guard undefined > 0, self[name] != nil else { continue }
            let place = column.map { "per_class.\(classes.labels[$0].id).intervals.\(metric)" }
            notes[place ?? "intervals.\(name)"] =
                "\(undefined) of \(values.count) resamples left it undefined"
        }
        explain(classes, whole, notes: &notes)
        return (whole, perClass)
    }

    /// The interval of a metric; nil where it is undefined or cannot be told.
    func interval(_ name: String) -> Interval? {
        guard let plan, let value = self[name], let spread = spread(name) else { return nil }
        return .score(
            name == "ece" ? unbiased(name, value) : value, error: spread.error, spread.evidence,
            range: Metric.range(of: name), level: plan.bootstrap.level)
    }

    /// The standard error of a metric; nil where fewer than two resamples define it.
    func spread(_ name: String) -> Spread? {
        guard let units, let variance = Self.variance(draws[name] ?? []) else { return nil }
        let (metric, column) = Self.parts(name)
        let evidence =
            if let column {
                units.evidence(metric, column)
            } else {
                Metric.isOverClasses(name) && !units.positives.isEmpty
                    ? units.ofClasses : units.ofRows
            }
        let hidden = column == nil ? hidden(name, units) : 0
        return Spread(error: (variance + hidden).squareRoot(), evidence: evidence)
    }

    /// A calibration error of few rows is larger than the truth, and that of a resample larger
    /// again by as much (Kumar, Liang and Ma, 2019).
    private func unbiased(_ name: String, _ value: Double) -> Double {
        let known = (draws[name] ?? []).filter { !$0.isNaN }
        return max(0, 2 * value - known.reduce(0, +) / Double(known.count))
    }

    /// The variance that a mean over classes hides: a class of a few units that are all alike
    /// moves in no resample, but would with other units. It counts as a share with Jeffreys' prior.
    private func hidden(_ name: String, _ units: ClassUnits) -> Double {
        guard let part = Metric.classMetric(of: name) else { return 0 }
        let range = Metric.range(of: name)
        let scale = (range.upperBound - range.lowerBound) / Double(units.positives.count)
        return units.positives.indices.reduce(0) { sum, column in
            let count = Double(units.positives[column])
            guard (1..<ClassUnits.few).contains(units.positives[column]),
                let value = self[Self.name(part, column)],
                Self.variance(draws[Self.name(part, column)] ?? []) ?? 0 < 1e-24
            else { return sum }
            let share = (value * count + 0.5) / (count + 1)
            return sum + share * (1 - share) / count * scale * scale
        }
    }

    /// Of the defined draws; nil where there are fewer than two.
    static func variance(_ draws: [Double]) -> Double? {
        let known = draws.filter { !$0.isNaN }
        guard known.count > 1 else { return nil }
        let mean = known.reduce(0, +) / Double(known.count)
        return known.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(known.count - 1)
    }
}

extension MetricDraws {
    /// Says which intervals hold the truth less often than they promise.
    private func explain(
        _ classes: ClassList, _ whole: [String: Interval], notes: inout [String: String]
    ) {
        guard let units else { return }
        let unit = units.unit
        notes["intervals"] = units.roughness
        notes["intervals.few_\(unit)"] = units.roughClasses(classes)
        if whole["map"] != nil, units.positives.contains(where: { (1..<2 * ClassUnits.few) ~= $0 })
        {
            notes["intervals.map"] =
                "average precision of few positives looks higher than it is: its interval misses "
                + "the truth more often than the others"
        }
        if whole["ece"] != nil {
            notes["intervals.ece"] =
                "few rows make a calibration error look larger than it is: the interval is "
                + "corrected for that, but misses the truth more often than the others"
        }
        let near = whole.keys.filter { name in
            let range = Metric.range(of: name)
            guard name != "ece", range.upperBound.isFinite, let value = self[name],
                let evidence = spread(name)?.evidence
            else { return false }
            let gap = min(value - range.lowerBound, range.upperBound - value)
            return gap > 0
                && gap / (range.upperBound - range.lowerBound) * evidence.units < 1
        }
        if !near.isEmpty {
            notes["intervals.near_bound"] =
                "so near the end of their range that few \(unit) decide them; their intervals are "
                + "rough: \(near.sorted().joined(separator: ", "))"
        }
    }
}

extension Metric {
    /// The values that a number about all rows can have.
    static func range(of name: String) -> ClosedRange<Double> {
        all.first { $0.key == name }?.range ?? 0...1
    }

    /// Whether a number is a mean over classes, or as much as one, and not over rows.
    static func isOverClasses(_ name: String) -> Bool { classMetric(of: name) != nil }

    /// The number of each class whose mean a number is, or goes with.
    static func classMetric(of name: String) -> String? {
        switch name {
        case "macro_precision", "macro_present_precision": "precision"
        case "macro_f1", "macro_present_f1": "f1"
        case "macro_recall", "macro_present_recall", "balanced_accuracy", "mcc": "recall"
        case "mauc": "auc"
        case "map": "average_precision"
        default: nil
        }
    }
}
