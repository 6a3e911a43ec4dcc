/// The bootstrap (Efron, 1979) that intervals take their standard errors from, stratified by class:
/// every resample has as much of each class as the data. Where rows belong together (slices of a
/// volume, images of a patient), whole groups are drawn: their rows are no independent evidence.
/// Rows with several labels, and queries of a retrieval, have no strata.
public struct Bootstrap: Sendable {
    let resamples: Int
    let level: Double
    let seed: Int
    let groups: [String]?

    /// A bootstrap; `groups` names the group of each row.
    public init(
        resamples: Int = 1000, level: Double = 0.95, seed: Int = 42, groups: [String]? = nil
    ) {
        self.resamples = max(0, resamples)
        self.level = min(max(level, 0), 1)
        self.seed = seed
        self.groups = groups
    }

    /// The same for some of the rows.
    func selecting(_ rows: [Int]) -> Bootstrap {
        Bootstrap(
            resamples: resamples, level: level, seed: seed,
            groups: groups.map { groups in rows.map { groups[$0] } })
    }

    /// The plan for rows with a class each, or with none (several labels a row).
    func resampling(rows: Int, classes: [Int]?) throws(EvaluationError) -> Resampling {
        try Resampling(
            rows: rows, groups: groups, classes: classes, resamples: resamples, seed: seed)
    }
}
