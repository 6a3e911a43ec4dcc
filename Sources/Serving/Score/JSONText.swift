package import CambiumFiles

/// JSON as bytes, written front to back: vectors are most of an answer, and go straight into it.
package struct JSONText {
    /// What was written.
    package private(set) var bytes: [UInt8] = []

    /// Nothing yet.
    package init() {}

    package mutating func null() { bytes += "null".utf8 }
    package mutating func integer(_ value: Int) { bytes += "\(value)".utf8 }
    package mutating func string(_ value: String) { bytes += JSON.string(value).line.utf8 }
    package mutating func json(_ value: JSON) { bytes += value.line.utf8 }

    /// The shortest digits that read back as the same value; null for what JSON cannot write.
    package mutating func number<Value: BinaryFloatingPoint & CustomStringConvertible>(
        _ value: Value
    ) {
        bytes += (value.isFinite ? value.description : "null").utf8
    }

    /// A list of numbers.
    package mutating func numbers<Value: BinaryFloatingPoint & CustomStringConvertible>(
        _ values: [Value]
    ) {
        bytes.append(UInt8(ascii: "["))
        for (index, value) in values.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            number(value)
        }
        bytes.append(UInt8(ascii: "]"))
    }

    /// A list of numbers, or null.
    package mutating func optional<Value: BinaryFloatingPoint & CustomStringConvertible>(
        _ values: [Value]?
    ) {
        if let values { numbers(values) } else { null() }
    }

    /// A list.
    package mutating func list<Elements: Sequence>(
        _ elements: Elements, _ body: (Elements.Element, inout JSONText) -> Void
    ) {
        bytes.append(UInt8(ascii: "["))
        for (index, element) in elements.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            body(element, &self)
        }
        bytes.append(UInt8(ascii: "]"))
    }

    /// An object, whose members `body` adds.
    package mutating func object(_ body: (inout Members) -> Void) {
        bytes.append(UInt8(ascii: "{"))
        var members = Members(text: self)
        bytes = []
        body(&members)
        self = members.text
        bytes.append(UInt8(ascii: "}"))
    }

    /// The members of one object.
    package struct Members {
        fileprivate var text: JSONText
        private var isEmpty = true

        fileprivate init(text: JSONText) { self.text = text }

        /// Adds a member.
        package mutating func add(_ name: String, _ body: (inout JSONText) -> Void) {
            if !isEmpty { text.bytes.append(UInt8(ascii: ",")) }
            isEmpty = false
            text.string(name)
            text.bytes.append(UInt8(ascii: ":"))
            body(&text)
        }
    }
}
