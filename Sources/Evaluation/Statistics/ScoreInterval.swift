internal import Foundation

extension Interval {
    /// The score interval (Wilson, 1927) of a number at its effective sample size: as many
    /// independent rows as a share of this value would need to have this standard error (Korn and
    /// Graubard, 1998), with Student's t for the normal quantile, so that few units make it wider.
    ///
    /// A share of independent rows gets Wilson's own interval; a number at the end of its range,
    /// whose resamples are all alike, that of as many rows as it has units. Bounds stay in the
    /// range. Without an upper end (a negative log-likelihood) the interval is symmetric in the
    /// logarithm.
    /// - Returns: nil where there is nothing to go by: no units, or no spread without a range.
    package static func score(
        _ value: Double, error: Double, _ evidence: Evidence, range: ClosedRange<Double>,
        level: Double
    ) -> Interval? {
        guard value.isFinite, error.isFinite, evidence.units > 0, level < 1 else { return nil }
        let reach = StudentT.reach(level, freedom: evidence.freedom)
        guard range.upperBound.isFinite else {
            guard value > 0, error > 0 else { return nil }
            let factor = exp(reach * error / value)
            return Interval(lower: value / factor, upper: value * factor)
        }
        let width = range.upperBound - range.lowerBound
        let share = min(max((value - range.lowerBound) / width, 0), 1)
        let variance = (error / width) * (error / width)
        let spread = share * (1 - share)
        // Rounding leaves resamples that are all alike some last digits apart.
        let size = variance > 1e-24 && spread > 0 ? spread / variance : evidence.units
        let (lower, upper) = wilson(share, min(size, evidence.most), reach)
        return Interval(
            lower: range.lowerBound + width * max(lower, 0),
            upper: range.lowerBound + width * min(upper, 1))
    }

    /// Student's interval of a difference, and its two-sided p value.
    /// - Returns: nil where there is no spread, so that nothing can be said.
    static func difference(
        _ value: Double, error: Double, freedom: Double, level: Double
    ) -> (interval: Interval, p: Double)? {
        guard value.isFinite, error.isFinite, error > 1e-12, level < 1 else { return nil }
        let reach = StudentT.reach(level, freedom: freedom) * error
        return (
            Interval(lower: value - reach, upper: value + reach),
            StudentT.twoSided(value / error, freedom: freedom)
        )
    }

    private static func wilson(
        _ share: Double, _ size: Double, _ reach: Double
    ) -> (lower: Double, upper: Double) {
        let square = reach * reach / size
        let middle = (share + square / 2) / (1 + square)
        let half = (square * (share * (1 - share) + square / 4)).squareRoot() / (1 + square)
        // At the ends the bound is the value itself, which rounding would miss.
        return (share == 0 ? 0 : middle - half, share == 1 ? 1 : middle + half)
    }
}
