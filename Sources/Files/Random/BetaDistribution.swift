internal import Glibc

extension SeededGenerator {
    /// A number of the beta distribution: `X / (X + Y)` of two gamma numbers, computed from their
    /// logarithms so that small parameters do not end in 0 / 0.
    /// - Precondition: both parameters are positive.
    public mutating func beta(_ a: Double, _ b: Double) -> Double {
        precondition(a > 0 && b > 0, "parameters of a beta distribution are positive")
        let (x, y) = (logGamma(a), logGamma(b))
        return 1 / (1 + exp(y - x))
    }

    /// The logarithm of a number of the gamma distribution with scale 1 (Marsaglia and Tsang, "A
    /// simple method for generating gamma variables", 2000; shapes below 1 by their power rule).
    private mutating func logGamma(_ shape: Double) -> Double {
        guard shape >= 1 else { return logGamma(shape + 1) + log(1 - uniform()) / shape }
        let d = shape - 1.0 / 3
        let c = 1 / (9 * d).squareRoot()
        while true {
            let x = normal()
            let root = 1 + c * x
            guard root > 0 else { continue }
            let v = root * root * root
            if log(1 - uniform()) < x * x / 2 + d - d * v + d * log(v) { return log(d) + log(v) }
        }
    }
}
