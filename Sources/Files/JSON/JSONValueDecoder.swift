/// Gives a type's `init(from:)` the parts of a JSON value.
struct JSONValueDecoder: Decoder {
    fileprivate let json: JSON
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    /// Reads a value; whatever is thrown on the way becomes an error that names the member.
    static func decode<Value: Decodable>(
        _ type: Value.Type, _ json: JSON, at path: [any CodingKey]
    ) throws(JSONMemberError) -> Value {
        if let scalar = type as? any JSONScalar.Type {
            guard let value = scalar.init(scalar: json) as? Value else {
                throw JSONMemberError(path, expected: scalar.word, found: json)
            }
            return value
        }
        do {
            return try Value(from: JSONValueDecoder(json: json, codingPath: path))
        } catch let error as JSONMemberError {
            throw error
        } catch DecodingError.dataCorrupted(let context) {
            // The standard library's word that no case has this raw value.
            if let choice = type as? any CaseIterable.Type {
                throw JSONMemberError(path, expected: "one of \(names(choice))", found: json)
            }
            throw JSONMemberError(path, "makes no sense: \(context.debugDescription)")
        } catch {
            throw JSONMemberError(path, "makes no sense: \(error)")
        }
    }

    private static func names<Choice: CaseIterable>(_ type: Choice.Type) -> String {
        Choice.allCases.map { choice in
            (choice as? any RawRepresentable).map { "\($0.rawValue)" } ?? "\(choice)"
        }.joined(separator: ", ")
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard let members = json.object else {
            throw JSONMemberError(codingPath, expected: "an object", found: json)
        }
        return KeyedDecodingContainer(Members<Key>(members: members, codingPath: codingPath))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard let elements = json.array else {
            throw JSONMemberError(codingPath, expected: "a list", found: json)
        }
        return Elements(elements: elements, codingPath: codingPath)
    }

    func singleValueContainer() -> any SingleValueDecodingContainer {
        Single(json: json, codingPath: codingPath)
    }
}

extension JSONValueDecoder {
    private struct Members<Key: CodingKey>: KeyedDecodingContainerProtocol {
        let members: [String: JSON]
        let codingPath: [any CodingKey]

        var allKeys: [Key] { members.keys.compactMap(Key.init(stringValue:)) }

        func contains(_ key: Key) -> Bool { members[key.stringValue] != nil }

        private func member(_ key: some CodingKey) throws(JSONMemberError) -> JSONValueDecoder {
            guard let json = members[key.stringValue] else {
                throw JSONMemberError(codingPath + [key], "is missing")
            }
            return JSONValueDecoder(json: json, codingPath: codingPath + [key])
        }

        func decodeNil(forKey key: Key) throws -> Bool { try member(key).json == .null }

        func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
            let member = try member(key)
            return try JSONValueDecoder.decode(type, member.json, at: member.codingPath)
        }

        func nestedContainer<Nested: CodingKey>(
            keyedBy type: Nested.Type, forKey key: Key
        ) throws -> KeyedDecodingContainer<Nested> { try member(key).container(keyedBy: type) }

        func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
            try member(key).unkeyedContainer()
        }

        func superDecoder() throws -> any Decoder { try member(Super.super) }

        func superDecoder(forKey key: Key) throws -> any Decoder { try member(key) }
    }

    private enum Super: CodingKey { case `super` }

    private struct Elements: UnkeyedDecodingContainer {
        let elements: [JSON]
        let codingPath: [any CodingKey]
        private(set) var currentIndex = 0

        var count: Int? { elements.count }
        var isAtEnd: Bool { currentIndex >= elements.count }

        private func element() throws(JSONMemberError) -> JSONValueDecoder {
            let path = codingPath + [JSONIndex(currentIndex)]
            guard !isAtEnd else { throw JSONMemberError(path, "is missing") }
            return JSONValueDecoder(json: elements[currentIndex], codingPath: path)
        }

        private mutating func next() throws(JSONMemberError) -> JSONValueDecoder {
            let element = try element()
            currentIndex += 1
            return element
        }

        mutating func decodeNil() throws -> Bool {
            guard try element().json == .null else { return false }
            currentIndex += 1
            return true
        }

        mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
            let element = try next()
            return try JSONValueDecoder.decode(type, element.json, at: element.codingPath)
        }

        mutating func nestedContainer<Nested: CodingKey>(
            keyedBy type: Nested.Type
        ) throws -> KeyedDecodingContainer<Nested> { try next().container(keyedBy: type) }

        mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
            try next().unkeyedContainer()
        }

        mutating func superDecoder() throws -> any Decoder { try next() }
    }

    private struct Single: SingleValueDecodingContainer {
        let json: JSON
        let codingPath: [any CodingKey]

        func decodeNil() -> Bool { json == .null }

        func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
            try JSONValueDecoder.decode(type, json, at: codingPath)
        }
    }
}
