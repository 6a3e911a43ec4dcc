/// Puts a JSON value together from what a type's `encode(to:)` says.
struct JSONValueEncoder: Encoder {
    fileprivate let slot: JSONSlot
    // Nothing is refused here, so no place is ever told.
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    static func encode(_ value: some Encodable) throws -> JSON {
        if let scalar = value as? any JSONScalar { return scalar.scalar }
        let slot = JSONSlot()
        try value.encode(to: JSONValueEncoder(slot: slot))
        return slot.json
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        slot.beginObject()
        return KeyedEncodingContainer(Members<Key>(slot: slot))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        slot.beginArray()
        return Elements(slot: slot)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { Single(slot: slot) }
}

/// A value that may still grow: several containers of one encoder write into the same.
private final class JSONSlot {
    private enum Content {
        case value(JSON)
        case members([String: JSONSlot])
        case elements([JSONSlot])
    }

    private var content: Content

    init(_ json: JSON = .object([:])) { content = .value(json) }

    var json: JSON {
        switch content {
        case .value(let json): json
        case .members(let members): .object(members.mapValues(\.json))
        case .elements(let elements): .array(elements.map(\.json))
        }
    }

    var count: Int { if case .elements(let elements) = content { elements.count } else { 0 } }

    func set(_ json: JSON) { content = .value(json) }

    /// Members that were written already stay: parts of one object may come from several types.
    func beginObject() {
        switch content {
        case .value(.object(let members)): content = .members(members.mapValues(JSONSlot.init))
        case .members: break
        default: content = .members([:])
        }
    }

    func beginArray() {
        if case .elements = content { return }
        content = .elements([])
    }

    func put(_ slot: JSONSlot, _ name: String) {
        guard case .members(var members) = content else { return }
        content = .value(.null)  // So that the dictionary is not copied.
        members[name] = slot
        content = .members(members)
    }

    func append(_ slot: JSONSlot) {
        guard case .elements(var elements) = content else { return }
        content = .value(.null)
        elements.append(slot)
        content = .elements(elements)
    }
}

extension JSONValueEncoder {
    private struct Members<Key: CodingKey>: KeyedEncodingContainerProtocol {
        let slot: JSONSlot
        var codingPath: [any CodingKey] { [] }

        func encodeNil(forKey key: Key) { slot.put(JSONSlot(.null), key.stringValue) }

        func encode(_ value: some Encodable, forKey key: Key) throws {
            slot.put(JSONSlot(try JSONValueEncoder.encode(value)), key.stringValue)
        }

        private func open(_ name: String) -> JSONValueEncoder {
            let inner = JSONSlot()
            slot.put(inner, name)
            return JSONValueEncoder(slot: inner)
        }

        func nestedContainer<Nested: CodingKey>(
            keyedBy type: Nested.Type, forKey key: Key
        ) -> KeyedEncodingContainer<Nested> { open(key.stringValue).container(keyedBy: type) }

        func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
            open(key.stringValue).unkeyedContainer()
        }

        func superEncoder() -> any Encoder { open("super") }

        func superEncoder(forKey key: Key) -> any Encoder { open(key.stringValue) }
    }

    private struct Elements: UnkeyedEncodingContainer {
        let slot: JSONSlot
        var codingPath: [any CodingKey] { [] }
        var count: Int { slot.count }

        func encodeNil() { slot.append(JSONSlot(.null)) }

        func encode(_ value: some Encodable) throws {
            slot.append(JSONSlot(try JSONValueEncoder.encode(value)))
        }

        private func open() -> JSONValueEncoder {
            let inner = JSONSlot()
            slot.append(inner)
            return JSONValueEncoder(slot: inner)
        }

        func nestedContainer<Nested: CodingKey>(
            keyedBy type: Nested.Type
        ) -> KeyedEncodingContainer<Nested> { open().container(keyedBy: type) }

        func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { open().unkeyedContainer() }

        func superEncoder() -> any Encoder { open() }
    }

    private struct Single: SingleValueEncodingContainer {
        let slot: JSONSlot
        var codingPath: [any CodingKey] { [] }

        func encodeNil() { slot.set(.null) }

        func encode(_ value: some Encodable) throws {
            slot.set(try JSONValueEncoder.encode(value))
        }
    }
}
