internal import CambiumFiles

/// Members of a JSON object that must be there, or the error that says which is not.
struct MetricsFields {
    let json: JSON
    let place: String

    init(_ json: JSON, _ place: String) { (self.json, self.place) = (json, place) }

    /// A number of rows or classes.
    func count(_ name: String) throws(EvaluationError) -> Int {
        guard let value = json[name]?.integer, value >= 0 else { throw missing(name, "a count") }
        return value
    }

    func integer(_ name: String) throws(EvaluationError) -> Int {
        guard let value = json[name]?.integer else { throw missing(name, "a whole number") }
        return value
    }

    func number(_ name: String) throws(EvaluationError) -> Double {
        guard let value = json[name]?.number else { throw missing(name, "a number") }
        return value
    }

    /// A number that can be what it is called; sums of shares may miss their ends by rounding.
    func number(_ name: String, in range: ClosedRange<Double>) throws(EvaluationError) -> Double {
        let slack = 1e-9
        guard let value = json[name]?.number,
            range.lowerBound - slack <= value, value <= range.upperBound + slack
        else {
            let ends = "\(JSON.number(range.lowerBound).line)"
            throw missing(
                name,
                range.upperBound.isFinite
                    ? "a number from \(ends) to \(JSON.number(range.upperBound).line)"
                    : "a number from \(ends) on")
        }
        return value
    }

    /// A share of rows, a rate, an area under a curve.
    func share(_ name: String) throws(EvaluationError) -> Double { try number(name, in: 0...1) }

    /// The same, nil where it is undefined.
    func optionalShare(_ name: String) throws(EvaluationError) -> Double? {
        try (json[name] ?? .null) == .null ? nil : share(name)
    }

    func string(_ name: String) throws(EvaluationError) -> String {
        guard let value = json[name]?.string else { throw missing(name, "a text") }
        return value
    }

    func optional(_ name: String) -> Double? { json[name]?.number }

    func member(_ name: String) throws(EvaluationError) -> MetricsFields {
        guard let value = json[name], value.object != nil else {
            throw missing(name, "an object")
        }
        return MetricsFields(value, "\(place), \(name)")
    }

    func members(_ name: String) throws(EvaluationError) -> [MetricsFields] {
        guard let values = json[name]?.array, !values.isEmpty else {
            throw missing(name, "a list that is not empty")
        }
        return values.enumerated().map {
            MetricsFields($0.element, "\(place), \(name) \($0.offset + 1)")
        }
    }

    func matrix(_ name: String, size: Int) throws(EvaluationError) -> [[Int]] {
        let rows = (json[name]?.array ?? []).map { ($0.array ?? []).compactMap(\.integer) }
        guard rows.count == size,
            rows.allSatisfy({ $0.count == size && $0.allSatisfy { $0 >= 0 } })
        else {
            throw missing(name, "\(size) rows of \(size) counts")
        }
        return rows
    }

    private func missing(_ name: String, _ expected: String) -> EvaluationError {
        .shape(
            place: "\(place), \(name)", expected: expected,
            got: json[name].map { shown($0.line) } ?? "nothing")
    }
}
