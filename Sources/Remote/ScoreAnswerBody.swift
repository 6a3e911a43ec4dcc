internal import CambiumFiles

/// The answer to a request, in either of the shapes that endpoints have: one object of lists, or a
/// list with an object a row.
enum ScoreAnswerBody {
    /// Why an answer is of no use.
    struct Unusable: Error {
        let reason: String
    }

    /// A result a row.
    static func results(
        _ body: [UInt8], count: Int, _ kind: RemoteKind
    ) throws(Unusable) -> [RowResult] {
        let json: JSON
        do throws(JSONError) {
            json = try JSON(parsing: body)
        } catch { throw Unusable(reason: "its answer is no JSON (\(error.reason))") }
        let name = "\(kind.rawValue)_features"
        switch json {
        case .object(let members): return try results(members, name, count)
        case .array(let rows):
            guard rows.count == count else {
                throw Unusable(reason: "its answer has \(rows.count) rows for \(count)")
            }
            return try rows.map { row throws(Unusable) in try result(ofRow: row, name) }
        default: throw Unusable(reason: "its answer is neither an object nor a list")
        }
    }

    private static func results(
        _ members: [String: JSON], _ name: String, _ count: Int
    ) throws(Unusable) -> [RowResult] {
        var reasons: [Int: String] = [:]
        for error in members["errors"]?.array ?? [] {
            guard let row = error["row"]?.integer else { continue }
            reasons[row] = reason(error)
        }
        guard let rows = members[name]?.array, rows.count == count else {
            // Where every row was refused there is no list at all.
            if members[name] == nil, (0..<count).allSatisfy({ reasons[$0] != nil }) {
                return (0..<count).map { .rejected(reasons[$0] ?? "") }
            }
            let got = members[name]?.array.map { "\($0.count) rows" } ?? "no list"
            throw Unusable(reason: "its answer has \(got) under \(name) for \(count)")
        }
        return try rows.enumerated().map { index, row throws(Unusable) in
            if let reason = reasons[index] { return .rejected(reason) }
            return .vector(try vector(row))
        }
    }

    private static func result(ofRow row: JSON, _ name: String) throws(Unusable) -> RowResult {
        if let error = row["error"], error != .null { return .rejected(reason(error)) }
        guard let value = row[name]?.array else {
            throw Unusable(reason: "a row of its answer has no \(name)")
        }
        // The cloud's rows hold a list of one vector.
        if value.count == 1, case .array = value[0] { return .vector(try vector(value[0])) }
        return .vector(try vector(.array(value)))
    }

    private static func vector(_ json: JSON) throws(Unusable) -> [Float] {
        guard let values = json.array, !values.isEmpty else {
            throw Unusable(reason: "a row of its answer is no vector")
        }
        var vector: [Float] = []
        vector.reserveCapacity(values.count)
        for value in values {
            guard let number = value.number, Float(number).isFinite else {
                throw Unusable(reason: "a row of its answer holds something else than numbers")
            }
            vector.append(Float(number))
        }
        return vector
    }

    /// What an error says, in one short line.
    static func reason(_ json: JSON) -> String {
        let error = json["error"] ?? json
        let text = error["message"]?.string ?? error.string ?? json["detail"]?.string
        return shown(text ?? error["code"]?.string ?? "refused")
    }
}
