/// Every metric on the data and in every resample, by name. Names of classes' metrics end in
/// `/COLUMN`; NaN stands for undefined.
struct MetricDraws: Sendable {
    /// On the data themselves.
    private(set) var values: [String: Double] = [:]
    /// In every resample; empty without a bootstrap.
    private(set) var draws: [String: [Double]] = [:]
    /// What the numbers rest on; nil without a bootstrap.
    let units: ClassUnits?
    let plan: (bootstrap: Bootstrap, resampling: Resampling)?
    private let rows: Int

    /// - Parameters:
    ///   - strata: the class of each row, where each has one and classes are drawn for themselves.
    ///   - labels: the classes of a row, true and predicted.
    init(
        rows: Int, columns: Int, _ bootstrap: Bootstrap?, strata: [Int]?,
        _ labels: ClassUnits.Labels
    ) throws(EvaluationError) {
        self.rows = rows
        guard let bootstrap else {
            (plan, units) = (nil, nil)
            return
        }
        let resampling = try bootstrap.resampling(rows: rows, classes: strata)
        plan = (bootstrap, resampling)
        units = ClassUnits(resampling, rows: rows, columns: columns, labels)
    }

    /// Adds what a source measures.
    mutating func add(_ source: some Resampled) {
        values.merge(source.values(rows: rows)) { $1 }
        guard let plan else { return }
        draws.merge(plan.resampling.draws(source)) { $1 }
    }

    /// Adds a metric that follows from others: `combine` gets one value a name.
    mutating func derive(_ name: String, from names: [String], _ combine: ([Double]) -> Double) {
        values[name] = combine(names.map { values[$0] ?? .nan })
        guard let plan else { return }
        let parts = names.map { draws[$0] ?? [] }
        draws[name] = (0..<plan.resampling.resamples).map { number in
            combine(parts.map { $0[number] })
        }
    }

    /// Gives metrics other names.
    mutating func rename(_ names: [String: String]) {
        for (old, new) in names {
            values[new] = values.removeValue(forKey: old)
            if let moved = draws.removeValue(forKey: old) { draws[new] = moved }
        }
    }

    /// Removes what was only needed to derive others.
    mutating func drop(_ names: [String]) {
        for name in names {
            values[name] = nil
            draws[name] = nil
        }
    }

    /// A value on the data; nil where undefined or unknown.
    subscript(_ name: String) -> Double? {
        values[name].flatMap { $0.isNaN ? nil : $0 }
    }

    /// The values of ``Metric/all`` on the data; defined ones only.
    func known(several: Bool) -> [String: Double] {
        let keys = Metric.list(several: several).map(\.key)
        return Dictionary(
            uniqueKeysWithValues: keys.compactMap { key in self[key].map { (key, $0) } })
    }

    /// The name of a class's metric.
    static func name(_ metric: String, _ column: Int) -> String { "\(metric)/\(column)" }

    /// The metric and the column of a name; no column where it is about all classes.
    static func parts(_ name: String) -> (metric: String, column: Int?) {
        let parts = name.split(separator: "/")
        return (String(parts[0]), parts.count > 1 ? Int(parts[1]) : nil)
    }
}

extension MetricDraws {
    /// Means over classes of areas `auc/c` and `average_precision/c` that are defined: `mauc`,
    /// `map` and, by support, `weighted_auc`, `weighted_ap`.
    mutating func deriveAreas(classes: Int, supports: String) {
        let columns = 0..<classes
        for (area, mean, weighted) in [
            ("auc", "mauc", "weighted_auc"), ("average_precision", "map", "weighted_ap"),
        ] {
            let areas = columns.map { Self.name(area, $0) }
            let support = columns.map { Self.name(supports, $0) }
            derive(mean, from: areas) { areas in
                let defined = areas.filter { !$0.isNaN }
                return defined.reduce(0, +) / Double(defined.count)
            }
            derive(weighted, from: areas + support) { values in
                var (sum, weight) = (0.0, 0.0)
                for column in columns where !values[column].isNaN {
                    sum += values[column] * values[classes + column]
                    weight += values[classes + column]
                }
                return sum / weight
            }
        }
    }
}
