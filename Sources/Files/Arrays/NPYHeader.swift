/// What stands before the numbers of a NumPy `.npy` file: element type and shape (NEP 1).
struct NPYHeader: Equatable {
    let element: NPYElement
    let shape: [Int]
    /// Bytes from the start of the file to the first element.
    let offset: Int

    /// Number of elements; checked on reading, so that it and the byte count fit an `Int`.
    var count: Int { shape.reduce(1, *) }

    private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

    /// Parses and validates a header against the size of the file it stands in.
    init(_ bytes: UnsafeRawBufferPointer, path: String) throws(FileError) {
        let (text, offset) = try Self.text(bytes, path)
        var parser = NPYDictionary(text)
        guard let fields = parser.fields() else {
            throw .malformed(path: path, reason: "not a .npy array: its header is no dictionary")
        }
        element = try Self.element(fields.descr, path)
        guard !fields.fortranOrder || fields.shape.count < 2 else {
            throw .malformed(
                path: path,
                reason: "a .npy array in Fortran order; save it with numpy.ascontiguousarray")
        }
        shape = fields.shape
        self.offset = offset
        try checkSize(bytes.count, path)
    }

    private static func element(_ descr: String, _ path: String) throws(FileError) -> NPYElement {
        if let element = NPYElement(rawValue: descr) { return element }
        let known = NPYElement.allCases.map(\.rawValue).joined(separator: ", ")
        throw .malformed(
            path: path,
            reason: "a .npy array of elements '\(descr)'; expected one of \(known): "
                + "convert it with numpy's astype")
    }

    /// The dictionary's text, and where the elements begin.
    private static func text(
        _ bytes: UnsafeRawBufferPointer, _ path: String
    ) throws(FileError) -> (String, Int) {
        guard bytes.count >= 10, bytes.prefix(6).elementsEqual(magic) else {
            throw .malformed(path: path, reason: "not a .npy array: its first bytes are wrong")
        }
        let wide = bytes[6] >= 2
        guard (1...3).contains(bytes[6]), bytes.count >= (wide ? 12 : 10) else {
            throw .malformed(path: path, reason: "a .npy array of unknown version \(bytes[6])")
        }
        let start = wide ? 12 : 10
        let length = bytes[8..<start].reversed().reduce(0) { $0 << 8 | Int($1) }
        guard length <= bytes.count - start,
            let text = String(validating: bytes[start..<start + length], as: UTF8.self)
        else {
            throw .malformed(path: path, reason: "a .npy array cut off in its header")
        }
        return (text, start + length)
    }

    private func checkSize(_ size: Int, _ path: String) throws(FileError) {
        var expected = element.size
        // As NumPy has it, the other extents must fit even beside a zero: they are multiplied.
        for extent in shape where extent > 0 {
            let (product, overflow) = expected.multipliedReportingOverflow(by: extent)
            guard !overflow else {
                throw .malformed(path: path, reason: "a .npy array of impossible shape \(shape)")
            }
            expected = product
        }
        if shape.contains(0) { expected = 0 }
        guard expected == size - offset else {
            throw .malformed(
                path: path,
                reason: "a .npy array of shape \(shape) needs \(expected) bytes, "
                    + "the file holds \(size - offset); it was cut off or changed")
        }
    }

    /// The header's bytes for a new file, padded so that the elements begin on 64 bytes.
    static func bytes(_ element: NPYElement, _ shape: [Int]) -> [UInt8] {
        let extents =
            shape.count == 1 ? "\(shape[0])," : shape.map(String.init).joined(separator: ", ")
        var text = "{'descr': '\(element.rawValue)', 'fortran_order': False, "
        text += "'shape': (\(extents)), }"
        let unpadded = magic.count + 4 + text.utf8.count + 1
        text += String(repeating: " ", count: (64 - unpadded % 64) % 64) + "\n"
        let length = text.utf8.count
        return magic + [1, 0, UInt8(length & 0xFF), UInt8(length >> 8)] + Array(text.utf8)
    }
}

/// The Python dictionary literal of a header, as NumPy writes it; nothing more is accepted.
private struct NPYDictionary {
    private var rest: Substring

    init(_ text: String) { rest = text[...] }

    mutating func fields() -> (descr: String, fortranOrder: Bool, shape: [Int])? {
        var descr: String?
        var order: Bool?
        var shape: [Int]?
        guard take("{") else { return nil }
        while !take("}") {
            guard let name = string(), take(":") else { return nil }
            switch name {
            case "descr" where descr == nil: descr = string()
            case "fortran_order" where order == nil:
                order = take("True") ? true : take("False") ? false : nil
            case "shape" where shape == nil: shape = tuple()
            default: return nil
            }
            if !take(",") {
                guard take("}") else { return nil }
                break
            }
        }
        skipSpace()
        guard rest.isEmpty, let descr, let order, let shape else { return nil }
        return (descr, order, shape)
    }

    private mutating func string() -> String? {
        for quote in ["'", "\""] where take(quote) {
            guard let end = rest.firstIndex(of: Character(quote)) else { return nil }
            defer { rest = rest[rest.index(after: end)...] }
            return String(rest[..<end])
        }
        return nil
    }

    private mutating func tuple() -> [Int]? {
        guard take("(") else { return nil }
        var values: [Int] = []
        while !take(")") {
            skipSpace()
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            guard let value = Int(digits), values.count < 32 else { return nil }
            values.append(value)
            rest = rest[digits.endIndex...]
            if !take(",") { return take(")") ? values : nil }
        }
        return values
    }

    private mutating func take(_ literal: String) -> Bool {
        skipSpace()
        guard rest.hasPrefix(literal) else { return false }
        rest = rest.dropFirst(literal.count)
        return true
    }

    private mutating func skipSpace() { rest = rest.drop { $0 == " " || $0 == "\n" } }
}
