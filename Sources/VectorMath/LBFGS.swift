/// Minimises a smooth function by the limited-memory method of Broyden, Fletcher, Goldfarb and
/// Shanno (Liu and Nocedal, 1989), with a bisecting search for the weak Wolfe conditions (Lewis
/// and Overton, 2013).
public struct LBFGS: Sendable {
    /// Steps whose curvature is kept.
    public var memory = 12
    /// Ends where no element of the gradient is larger.
    public var tolerance = 1e-4
    /// Ends after so many steps.
    public var iterations = 10_000

    /// The defaults above.
    public init() {}

    /// How it ended.
    public struct Outcome: Sendable {
        /// The least value found.
        public let value: Double
        /// Steps taken.
        public let steps: Int
        /// Whether the gradient is within the tolerance; else rounding or the limit ended it.
        public let hasConverged: Bool
    }

    private struct Pair {
        let step: [Double]
        let change: [Double]
        let scale: Double
    }

    /// Moves `point` to a minimum. `evaluate` gives the value at a point and fills its gradient.
    public func minimize(
        _ point: inout [Double], _ evaluate: ([Double], inout [Double]) -> Double
    ) -> Outcome {
        var gradient = [Double](repeating: 0, count: point.count)
        var value = evaluate(point, &gradient)
        var pairs: [Pair] = []
        for number in 0..<iterations {
            // What is no number is within no tolerance.
            if Vector.largest(gradient) <= tolerance {
                return Outcome(value: value, steps: number, hasConverged: true)
            }
            var direction = direction(gradient, pairs)
            if Vector.dot(direction, gradient) >= 0 {
                pairs = []
                direction = gradient.map { -$0 }
            }
            let first = pairs.isEmpty ? min(1, 1 / Vector.dot(gradient, gradient).squareRoot()) : 1
            guard
                let found = search(point, value, gradient, direction, first, evaluate)
            else {
                if pairs.isEmpty {
                    return Outcome(value: value, steps: number, hasConverged: false)
                }
                pairs = []
                continue
            }
            let step = Vector.difference(found.point, point)
            let change = Vector.difference(found.gradient, gradient)
            let curvature = Vector.dot(step, change)
            if curvature > 1e-300 {
                if pairs.count == memory { pairs.removeFirst() }
                pairs.append(Pair(step: step, change: change, scale: 1 / curvature))
            }
            (point, value, gradient) = found
        }
        return Outcome(value: value, steps: iterations, hasConverged: false)
    }

    private func direction(_ gradient: [Double], _ pairs: [Pair]) -> [Double] {
        var result = gradient
        var shares: [Double] = []
        for pair in pairs.reversed() {
            let share = pair.scale * Vector.dot(pair.step, result)
            Vector.add(-share, pair.change, to: &result)
            shares.append(share)
        }
        if let last = pairs.last {
            let factor = 1 / (last.scale * Vector.dot(last.change, last.change))
            for index in result.indices { result[index] *= factor }
        }
        for (pair, share) in zip(pairs, shares.reversed()) {
            let other = pair.scale * Vector.dot(pair.change, result)
            Vector.add(share - other, pair.step, to: &result)
        }
        for index in result.indices { result[index] = -result[index] }
        return result
    }

    /// A point along the direction that is enough lower and less steep; nil where rounding hides
    /// any descent.
    private func search(
        _ point: [Double], _ value: Double, _ gradient: [Double], _ direction: [Double],
        _ first: Double, _ evaluate: ([Double], inout [Double]) -> Double
    ) -> (point: [Double], value: Double, gradient: [Double])? {
        let slope = Vector.dot(gradient, direction)
        var (low, high, length) = (0.0, Double.infinity, first)
        var there = gradient
        for _ in 0..<40 {
            var candidate = point
            Vector.add(length, direction, to: &candidate)
            let found = evaluate(candidate, &there)
            // Near the minimum values differ by rounding only; then the slope decides.
            let slack = 4e-16 * abs(value)
            if !(found <= value + 1e-4 * length * slope + slack) {
                high = length
            } else if Vector.dot(there, direction) < 0.9 * slope {
                low = length
            } else {
                return (candidate, found, there)
            }
            length = high.isFinite ? (low + high) / 2 : 2 * low
        }
        return nil
    }
}

/// Sums over long vectors, in eight lanes of a fixed order.
enum Vector {
    static func dot(_ a: [Double], _ b: [Double]) -> Double {
        a.withUnsafeBytes { a in
            b.withUnsafeBytes { b in
                var lanes = SIMD8<Double>.zero
                let count = a.count / 8
                let whole = count / 8 * 8
                for start in stride(from: 0, to: whole * 8, by: 64) {
                    lanes +=
                        a.loadUnaligned(fromByteOffset: start, as: SIMD8<Double>.self)
                        * b.loadUnaligned(fromByteOffset: start, as: SIMD8<Double>.self)
                }
                return (whole..<count).reduce(lanes.sum()) {
                    $0 + a.loadUnaligned(fromByteOffset: $1 * 8, as: Double.self)
                        * b.loadUnaligned(fromByteOffset: $1 * 8, as: Double.self)
                }
            }
        }
    }

    static func add(_ factor: Double, _ a: [Double], to b: inout [Double]) {
        a.withUnsafeBufferPointer { a in
            b.withUnsafeMutableBufferPointer { b in
                for index in a.indices { b[index] += factor * a[index] }
            }
        }
    }

    static func difference(_ a: [Double], _ b: [Double]) -> [Double] { zip(a, b).map { $0 - $1 } }

    /// The largest magnitude; not a number where one of them is none.
    static func largest(_ a: [Double]) -> Double {
        a.reduce(0) { abs($1) > $0 || $1.isNaN ? abs($1) : $0 }
    }
}
