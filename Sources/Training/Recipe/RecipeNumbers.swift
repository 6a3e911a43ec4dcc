internal import CambiumFiles

extension Settings {
    /// A whole number within a range.
    func count(_ key: String, _ range: ClosedRange<Int>) throws -> Int? {
        guard let value = try integer(key) else { return nil }
        guard range.contains(value) else {
            throw invalid(
                key, "is \(value); it must be in \(range.lowerBound)...\(range.upperBound)")
        }
        return value
    }

    /// A number within a range.
    func number(_ key: String, _ range: ClosedRange<Double>) throws -> Double? {
        guard let value = try double(key) else { return nil }
        guard range.contains(value) else {
            throw invalid(
                key, "is \(value); it must be in \(range.lowerBound)...\(range.upperBound)")
        }
        return value
    }

    /// Two rising numbers within a range.
    func pair(_ key: String, _ range: ClosedRange<Double>) throws -> ClosedRange<Double>? {
        guard let values = try doubles(key) else { return nil }
        guard values.count == 2, values[0] <= values[1], values.allSatisfy(range.contains) else {
            throw invalid(
                key, "must be [low, high] within \(range.lowerBound)...\(range.upperBound)")
        }
        return values[0]...values[1]
    }
}
