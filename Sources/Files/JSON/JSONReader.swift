/// Why a text is not JSON, and at which byte.
public struct JSONError: Error, Equatable, CustomStringConvertible {
    /// The sentence.
    public let reason: String
    /// Bytes from the start of the text.
    public let offset: Int

    /// The sentence shown to the user.
    public var description: String { "not valid JSON at byte \(offset): \(reason)" }
}

extension JSON {
    /// Reads one JSON value (RFC 8259) and nothing after it. Strict: no duplicate members, no
    /// comments, no NaN, at most 64 levels deep, so hostile text costs no more than its length.
    public init(parsing text: UnsafeRawBufferPointer) throws(JSONError) {
        var reader = JSONReader(bytes: text)
        self = try reader.document()
    }

    /// Reads one JSON value from text.
    public init(parsing text: String) throws(JSONError) {
        try self.init(parsing: Array(text.utf8))
    }

    /// Reads one JSON value from UTF-8 bytes.
    public init(parsing bytes: [UInt8]) throws(JSONError) {
        let result = bytes.withUnsafeBytes { raw in
            Result { () throws(JSONError) in try JSON(parsing: raw) }
        }
        self = try result.get()
    }

    /// Reads a JSON file; the error names it.
    public init(file path: String) throws(FileError) {
        let file = try MappedFile(path)
        do throws(JSONError) {
            self = try file.withBytes { bytes throws(JSONError) in try JSON(parsing: bytes) }
        } catch {
            throw .malformed(path: path, reason: error.description)
        }
    }
}

/// Recursive descent over bytes, one function a production of the grammar.
struct JSONReader {
    let bytes: UnsafeRawBufferPointer
    private var position = 0
    private var depth = 0
    private static let deepest = 64

    init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    mutating func document() throws(JSONError) -> JSON {
        let value = try value()
        skipSpace()
        guard position == bytes.count else { throw error("text after the value") }
        return value
    }

    private mutating func value() throws(JSONError) -> JSON {
        skipSpace()
        guard let byte = peek() else { throw error("the text ends early") }
        switch byte {
        case UInt8(ascii: "{"): return try object()
        case UInt8(ascii: "["): return try array()
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    private mutating func object() throws(JSONError) -> JSON {
        try descend()
        defer { depth -= 1 }
        var members: [String: JSON] = [:]
        if take("}") { return .object(members) }
        repeat {
            skipSpace()
            let name = try string()
            guard take(":") else { throw error("':' expected after \"\(name)\"") }
            let member = try value()
            guard members.updateValue(member, forKey: name) == nil else {
                throw error("\"\(name)\" stands twice in one object")
            }
        } while take(",")
        guard take("}") else { throw error("',' or '}' expected") }
        return .object(members)
    }

    private mutating func array() throws(JSONError) -> JSON {
        try descend()
        defer { depth -= 1 }
        var values: [JSON] = []
        if take("]") { return .array(values) }
        repeat { values.append(try value()) } while take(",")
        guard take("]") else { throw error("',' or ']' expected") }
        return .array(values)
    }

    private mutating func descend() throws(JSONError) {
        position += 1
        depth += 1
        guard depth <= Self.deepest else { throw error("nested deeper than \(Self.deepest)") }
    }

    private mutating func string() throws(JSONError) -> String {
        guard peek() == UInt8(ascii: "\"") else { throw error("a quoted string expected") }
        position += 1
        let start = position
        while let byte = peek(), byte != 0x22, byte != 0x5C, byte >= 0x20 { position += 1 }
        if peek() == 0x22 {  // The common case: no escapes.
            defer { position += 1 }
            return try text(bytes[start..<position])
        }
        var unescaped = Array(bytes[start..<position])
        while let byte = peek() {
            position += 1
            switch byte {
            case 0x22: return try text(unescaped)
            case 0x5C: try escape(into: &unescaped)
            case 0..<0x20: throw error("control character in a string")
            default: unescaped.append(byte)
            }
        }
        throw error("a string is not closed")
    }

    private func text(_ slice: some Sequence<UInt8>) throws(JSONError) -> String {
        guard let text = String(validating: slice, as: UTF8.self) else {
            throw error("a string is not UTF-8")
        }
        return text
    }

    private mutating func escape(into text: inout [UInt8]) throws(JSONError) {
        guard let byte = peek() else { throw error("the text ends early") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"): text += String(Character(try scalar())).utf8
        default: throw error("unknown escape")
        }
    }

    private mutating func scalar() throws(JSONError) -> Unicode.Scalar {
        let high = try hexadecimal()
        guard (0xD800..<0xE000).contains(high) else {
            return Unicode.Scalar(high) ?? "\u{FFFD}"
        }
        guard high < 0xDC00, peek() == 0x5C else { throw error("half a surrogate pair") }
        position += 1
        guard peek() == UInt8(ascii: "u") else { throw error("half a surrogate pair") }
        position += 1
        let low = try hexadecimal()
        guard (0xDC00..<0xE000).contains(low),
            let scalar = Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00))
        else { throw error("half a surrogate pair") }
        return scalar
    }

    private mutating func hexadecimal() throws(JSONError) -> UInt32 {
        guard position + 4 <= bytes.count,
            let digits = String(validating: bytes[position..<position + 4], as: UTF8.self),
            digits.utf8.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
            let value = UInt32(digits, radix: 16)
        else { throw error("four hexadecimal digits expected") }
        position += 4
        return value
    }

    private mutating func number() throws(JSONError) -> JSON {
        let start = position
        if peek() == UInt8(ascii: "-") { position += 1 }
        let first = position
        guard digits() else { throw error("a value expected") }
        if bytes[first] == UInt8(ascii: "0"), position - first > 1 { throw error("leading zero") }
        var whole = true
        if peek() == UInt8(ascii: ".") {
            whole = false
            position += 1
            guard digits() else { throw error("digits expected after '.'") }
        }
        if let byte = peek(), byte | 0x20 == UInt8(ascii: "e") {
            whole = false
            position += 1
            if let sign = peek(), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
                position += 1
            }
            guard digits() else { throw error("digits expected in the exponent") }
        }
        let literal = String(decoding: bytes[start..<position], as: UTF8.self)
        if whole, let value = Int(literal) { return .integer(value) }
        guard let value = Double(literal), value.isFinite else { throw error("number too large") }
        return .number(value)
    }

    private mutating func digits() -> Bool {
        let start = position
        while let byte = peek(), (0x30...0x39).contains(byte) { position += 1 }
        return position > start
    }

    private mutating func word(_ word: String, _ value: JSON) throws(JSONError) -> JSON {
        guard bytes.count - position >= word.utf8.count,
            bytes[position..<position + word.utf8.count].elementsEqual(word.utf8)
        else { throw error("a value expected") }
        position += word.utf8.count
        return value
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        skipSpace()
        guard peek() == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func skipSpace() {
        while let byte = peek(), byte == 0x20 || (0x09...0x0A).contains(byte) || byte == 0x0D {
            position += 1
        }
    }

    private func peek() -> UInt8? { position < bytes.count ? bytes[position] : nil }

    private func error(_ reason: String) -> JSONError {
        JSONError(reason: reason, offset: position)
    }
}
