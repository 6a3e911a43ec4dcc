/// Swift values as JSON and back, by `Codable`.
///
/// Foundation's coders are not used: they let duplicate members pass, write numbers in another way
/// and lose what a member was when it does not fit. These go through ``JSON``, whose reader is
/// strict and whose writer fixes every byte.
extension JSON {
    /// A value as JSON. Members that are nil are left out (see ``OrNull``), numbers that are not
    /// finite are null.
    ///
    /// It has nothing to refuse, so it does not throw; a type whose own `encode(to:)` throws is a
    /// mistake of the program.
    public static func encode(_ value: some Encodable) -> JSON {
        do { return try JSONValueEncoder.encode(value) } catch {
            preconditionFailure("\(type(of: value)) cannot be encoded: \(error)")
        }
    }

    /// Reads a value. Members that the type does not name are passed over; a whole number is no
    /// text, a number with a fraction no whole number.
    /// - Throws: ``JSONMemberError``, which says the member, what it must be and what it is.
    public static func decode<Value: Decodable>(
        _ type: Value.Type, from json: JSON
    ) throws(JSONMemberError) -> Value {
        try JSONValueDecoder.decode(type, json, at: [])
    }
}

/// A member of a JSON value that is not what is needed there.
public struct JSONMemberError: Error, Equatable, CustomStringConvertible {
    /// The member, such as `labels[2].text`; empty for the whole value.
    public let path: String
    /// What is wrong with it.
    public let reason: String

    /// The sentence shown to the user: `labels[2].text must be a text, not 5`.
    public var description: String { path.isEmpty ? reason : "\(path) \(reason)" }

    /// What is wrong with the value at a coding path.
    public init(_ path: [any CodingKey], _ reason: String) {
        self.path = path.reduce(into: "") { text, key in
            if key is JSONIndex {
                text += "[\(key.stringValue)]"
            } else {
                text += text.isEmpty ? shown(key.stringValue) : ".\(shown(key.stringValue))"
            }
        }
        self.reason = reason
    }

    init(_ path: [any CodingKey], expected: String, found: JSON) {
        self.init(path, "must be \(expected), not \(found.summary)")
    }
}

/// The place of an element in an array.
struct JSONIndex: CodingKey {
    let index: Int

    init(_ index: Int) { self.index = index }
    init?(intValue: Int) { self.init(intValue) }
    init?(stringValue: String) { nil }

    var intValue: Int? { index }
    var stringValue: String { "\(index)" }
}

extension JSON {
    /// What stands there, short enough for a sentence.
    fileprivate var summary: String {
        switch self {
        case .object: "an object"
        case .array(let values): values.isEmpty ? "an empty list" : "a list"
        case .string(let text): "\"\(shown(text))\""
        default: line
        }
    }
}

extension JSON: Codable {
    /// Reads any value.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Int.self) {
            self = .integer(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let values = try? container.decode([JSON].self) {
            self = .array(values)
        } else {
            self = .object(try container.decode([String: JSON].self))
        }
    }

    /// Writes the value that it is.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let value): try container.encode(value)
        case .integer(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .string(let text): try container.encode(text)
        case .array(let values): try container.encode(values)
        case .object(let members): try container.encode(members)
        }
    }
}
