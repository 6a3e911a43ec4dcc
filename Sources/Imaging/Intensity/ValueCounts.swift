/// The distinct values of a picture, rising, with how often each occurs.
struct ValueCounts {
    private let values: [(value: Double, count: Int)]
    private let total: Int

    /// Values in any order, each with its count; equal ones may come more than once.
    init(_ counted: [(value: Double, count: Int)]) {
        values = counted.sorted { $0.value < $1.value }
        total = values.reduce(0) { $0 + $1.count }
    }

    /// The least and the greatest value.
    var range: (low: Double, high: Double) { (values.first?.value ?? 0, values.last?.value ?? 0) }

    /// numpy's `percentile` with linear interpolation.
    func percentile(_ percent: Double) -> Double {
        let place = Double(total - 1) * percent / 100
        let below = max(0, min(Int(place), total - 1))
        let (a, b) = (value(rank: below), value(rank: min(below + 1, total - 1)))
        return a + (b - a) * (place - Double(below))
    }

    private func value(rank: Int) -> Double {
        var left = rank
        for (value, count) in values {
            if left < count { return value }
            left -= count
        }
        return range.high
    }
}
