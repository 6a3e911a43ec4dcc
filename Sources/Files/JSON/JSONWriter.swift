extension JSON {
    /// The value as text on one line, keys sorted, as `json.dumps(..., sort_keys=True,
    /// ensure_ascii=False)` writes it (a space after `:` and `,`).
    public var line: String {
        var text: [UInt8] = []
        write(to: &text, indent: nil, depth: 0)
        return String(decoding: text, as: UTF8.self)
    }

    /// The value as an indented file: keys sorted, two spaces a level, a newline at the end.
    public var document: String {
        var text: [UInt8] = []
        write(to: &text, indent: 2, depth: 0)
        text.append(0x0A)
        return String(decoding: text, as: UTF8.self)
    }

    private func write(to text: inout [UInt8], indent: Int?, depth: Int) {
        switch self {
        case .null: text += "null".utf8
        case .bool(let value): text += (value ? "true" : "false").utf8
        case .integer(let value): text += "\(value)".utf8
        case .number(let value): text += (value.isFinite ? "\(value)" : "null").utf8
        case .string(let value): Self.write(value, to: &text)
        case .array(let values):
            Self.list(values, "[", "]", to: &text, indent, depth) { value, text in
                value.write(to: &text, indent: indent, depth: depth + 1)
            }
        case .object(let members):
            let sorted = members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            Self.list(sorted, "{", "}", to: &text, indent, depth) { member, text in
                Self.write(member.key, to: &text)
                text += ": ".utf8
                member.value.write(to: &text, indent: indent, depth: depth + 1)
            }
        }
    }

    private static func list<Element>(
        _ elements: [Element], _ open: String, _ close: String, to text: inout [UInt8],
        _ indent: Int?, _ depth: Int, _ body: (Element, inout [UInt8]) -> Void
    ) {
        text += open.utf8
        for (index, element) in elements.enumerated() {
            if index > 0 { text += (indent == nil ? ", " : ",").utf8 }
            if let indent { breakLine(&text, indent * (depth + 1)) }
            body(element, &text)
        }
        if let indent, !elements.isEmpty { breakLine(&text, indent * depth) }
        text += close.utf8
    }

    private static func breakLine(_ text: inout [UInt8], _ spaces: Int) {
        text.append(0x0A)
        text.append(contentsOf: repeatElement(0x20, count: spaces))
    }

    private static func write(_ string: String, to text: inout [UInt8]) {
        text.append(0x22)
        for byte in string.utf8 {
            switch byte {
            case 0x22: text += "\\\"".utf8
            case 0x5C: text += "\\\\".utf8
            case 0x0A: text += "\\n".utf8
            case 0x0D: text += "\\r".utf8
            case 0x09: text += "\\t".utf8
            case 0..<0x20:
                let digits = Array("0123456789abcdef".utf8)
                text += "\\u00".utf8
                text.append(digits[Int(byte >> 4)])
                text.append(digits[Int(byte & 15)])
            default: text.append(byte)
            }
        }
        text.append(0x22)
    }
}
