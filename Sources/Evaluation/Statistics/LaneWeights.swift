/// Eight resamples side by side.
typealias Lanes = SIMD8<Double>

extension SIMD8<Double> {
    static var one: Lanes { Lanes(repeating: 1) }
    static var undefined: Lanes { Lanes(repeating: .nan) }
}

/// How often each row counts in eight resamples.
struct LaneWeights: Sendable {
    /// One entry a row.
    let rows: [Lanes]
    /// Sum over the rows.
    let total: Lanes

    init(_ rows: [Lanes]) {
        self.rows = rows
        total = rows.reduce(.zero, +)
    }

    /// Every row once: the data themselves.
    static func ones(_ count: Int) -> LaneWeights {
        LaneWeights([Lanes](repeating: .one, count: count))
    }

    /// The weighted mean of a value a row.
    func mean(_ values: [Double]) -> Lanes {
        var sum = Lanes.zero
        for (weight, value) in zip(rows, values) { sum += weight * value }
        return sum / total
    }
}

/// Metrics that can be taken again on other weights of the same rows.
protocol Resampled: Sendable {
    /// What ``measure(_:)`` gives, in its order.
    var names: [String] { get }
    /// A value a name; NaN where it is undefined.
    func measure(_ weights: LaneWeights) -> [Lanes]
}

extension Resampled {
    /// The values on the data themselves; NaN where undefined.
    func values(rows: Int) -> [String: Double] {
        let lanes = measure(.ones(rows))
        return Dictionary(uniqueKeysWithValues: zip(names, lanes.map { $0[0] }))
    }
}
