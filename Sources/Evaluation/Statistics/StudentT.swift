internal import Foundation

/// Student's t distribution (1908); with unbounded degrees of freedom the standard normal.
package enum StudentT {
    /// The two-sided p value of a statistic.
    package static func twoSided(_ t: Double, freedom: Double) -> Double {
        guard freedom.isFinite else { return StatisticalTests.twoSided(t) }
        guard t.isFinite else { return 0 }
        return incompleteBeta(freedom / (freedom + t * t), freedom / 2, 0.5)
    }

    /// How far from 0 the central `level` of the distribution reaches.
    /// - Precondition: `level` is in 0..<1 and `freedom` above 0.
    package static func reach(_ level: Double, freedom: Double) -> Double {
        var upper = 1.0
        while twoSided(upper, freedom: freedom) > 1 - level, upper < 1e12 { upper *= 2 }
        var lower = 0.0
        // As many halvings as a float64 has bits, and some.
        for _ in 0..<64 {
            let middle = (lower + upper) / 2
            if twoSided(middle, freedom: freedom) > 1 - level {
                lower = middle
            } else {
                upper = middle
            }
        }
        return (lower + upper) / 2
    }

    /// The regularised incomplete beta function I_x(a, b).
    private static func incompleteBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
        guard x > 0 else { return 0 }
        guard x < 1 else { return 1 }
        let logarithm =
            lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x)
        // The fraction converges fast below the distribution's mean; above, by symmetry.
        return x < (a + 1) / (a + b + 2)
            ? exp(logarithm) * fraction(x, a, b) / a
            : 1 - exp(logarithm) * fraction(1 - x, b, a) / b
    }

    /// The continued fraction of the incomplete beta function, by Lentz's method.
    private static func fraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
        func bounded(_ value: Double) -> Double { abs(value) < 1e-300 ? 1e-300 : value }
        var numerator = 1.0
        var denominator = 1 / bounded(1 - (a + b) * x / (a + 1))
        var result = denominator
        for step in 1...10_000 {
            let m = Double(step)
            for term in [
                m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
                -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
            ] {
                denominator = 1 / bounded(1 + term * denominator)
                numerator = bounded(1 + term / numerator)
                result *= denominator * numerator
            }
            if abs(denominator * numerator - 1) < 1e-15 { break }
        }
        return result
    }
}
