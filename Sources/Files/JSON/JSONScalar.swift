/// A type that is one JSON value, without containers.
protocol JSONScalar {
    /// What a sentence calls a value of the type.
    static var word: String { get }
    /// Reads the value; nil where it is another kind of value, or does not fit.
    init?(scalar json: JSON)
    /// The value.
    var scalar: JSON { get }
}

extension JSON: JSONScalar {
    static var word: String { "a value" }
    init?(scalar json: JSON) { self = json }
    var scalar: JSON { self }
}

extension Bool: JSONScalar {
    static var word: String { "true or false" }
    init?(scalar json: JSON) {
        guard let value = json.bool else { return nil }
        self = value
    }
    var scalar: JSON { .bool(self) }
}

extension String: JSONScalar {
    static var word: String { "a text" }
    init?(scalar json: JSON) {
        guard let text = json.string else { return nil }
        self = text
    }
    var scalar: JSON { .string(self) }
}

extension Double: JSONScalar {
    static var word: String { "a number" }
    init?(scalar json: JSON) {
        guard let value = json.number else { return nil }
        self = value
    }
    var scalar: JSON { .finite(self) }
}

extension Float: JSONScalar {
    static var word: String { "a number" }
    init?(scalar json: JSON) {
        guard let value = json.number else { return nil }
        self.init(value)
    }
    var scalar: JSON { .finite(Double(self)) }
}

extension JSONScalar where Self: FixedWidthInteger {
    static var word: String {
        isSigned && bitWidth == 64 ? "a whole number" : "a whole number in \(min)...\(max)"
    }
    init?(scalar json: JSON) {
        guard let value = json.integer else { return nil }
        self.init(exactly: value)
    }
    /// Beyond `Int` it is written as the nearest double, as a reader would take it.
    var scalar: JSON { Int(exactly: self).map(JSON.integer) ?? .number(Double(self)) }
}

extension Int: JSONScalar {}
extension Int8: JSONScalar {}
extension Int16: JSONScalar {}
extension Int32: JSONScalar {}
extension Int64: JSONScalar {}
extension UInt: JSONScalar {}
extension UInt8: JSONScalar {}
extension UInt16: JSONScalar {}
extension UInt32: JSONScalar {}
extension UInt64: JSONScalar {}
