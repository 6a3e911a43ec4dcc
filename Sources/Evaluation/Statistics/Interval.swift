/// A confidence interval.
public struct Interval: Sendable, Equatable {
    /// Lower bound.
    public let lower: Double
    /// Upper bound.
    public let upper: Double

    /// An interval.
    public init(lower: Double, upper: Double) { (self.lower, self.upper) = (lower, upper) }
}

/// Confidence intervals of every metric, and how they came about.
public struct Intervals: Sendable, Equatable {
    /// Share of resamples inside, 0.95.
    public let level: Double
    /// Number of resamples.
    public let resamples: Int
    /// Seed of the resampling.
    public let seed: Int
    /// What was drawn: "rows within classes", "groups within classes", "groups" or "rows".
    public let drawn: String
    /// How bounds come about, in a few words.
    package static let method = "score interval at the effective sample size, bootstrap error"

    /// By metric: `accuracy`, `macro_f1`, `mcc`, `mauc`, `map`, ... as in `metrics.json`.
    public let values: [String: Interval]
}
