/// A member that is written as null where it has no value, instead of being left out. On reading,
/// null and a missing member are both nil.
@propertyWrapper
public struct OrNull<Value> {
    /// The value.
    public var wrappedValue: Value?

    /// A value or none.
    public init(wrappedValue: Value?) { self.wrappedValue = wrappedValue }
}

extension OrNull: Sendable where Value: Sendable {}
extension OrNull: Equatable where Value: Equatable {}
extension OrNull: Hashable where Value: Hashable {}

extension OrNull: Encodable where Value: Encodable {
    /// Writes the value or null.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        if let wrappedValue {
            try container.encode(wrappedValue)
        } else {
            try container.encodeNil()
        }
    }
}

extension OrNull: Decodable where Value: Decodable {
    /// Reads the value or null.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        wrappedValue = container.decodeNil() ? nil : try container.decode(Value.self)
    }
}

extension JSON {
    /// An object with more members, such as those that a file's format has beside a value's own.
    package func adding(_ members: [String: JSON]) -> JSON {
        .object((object ?? [:]).merging(members) { _, added in added })
    }
}

extension KeyedDecodingContainer {
    /// The member, nil where it is null or missing: what compilers call for ``OrNull`` members.
    public func decode<Value: Decodable>(
        _ type: OrNull<Value>.Type, forKey key: Key
    ) throws -> OrNull<Value> {
        OrNull(wrappedValue: try decodeIfPresent(Value.self, forKey: key))
    }

    /// The member, which must fit beyond its type.
    /// - Parameter expected: what it must be, such as `three numbers`.
    package func decode<Value: Decodable>(
        _ key: Key, _ expected: String, _ fits: (Value) throws -> Bool
    ) throws -> Value {
        let json = try decode(JSON.self, forKey: key)
        guard let value = try? decode(Value.self, forKey: key), try fits(value) else {
            throw JSONMemberError(codingPath + [key], expected: expected, found: json)
        }
        return value
    }

    /// Refuses the value of a member.
    package func refusal(_ key: Key, _ reason: String) -> JSONMemberError {
        JSONMemberError(codingPath + [key], reason)
    }
}
