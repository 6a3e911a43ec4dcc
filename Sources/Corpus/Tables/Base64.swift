/// Standard base64 (RFC 4648: `+`, `/`, padded, no line breaks) without Foundation.
enum Base64 {
    private static let invalid: UInt8 = 0xFF
    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: invalid, count: 256)
        for (value, letter) in alphabet.enumerated() { values[Int(letter)] = UInt8(value) }
        return values
    }()

    /// The text of some bytes, as ASCII.
    static func encode(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        let length = (bytes.count + 2) / 3 * 4
        return [UInt8](unsafeUninitializedCapacity: length) { text, filled in
            encode(bytes, into: text)
            filled = length
        }
    }

    /// A row of a table of images, without its line break: key, tab, text.
    static func line(key: String, _ bytes: [UInt8]) -> [UInt8] {
        let start = key.utf8.count + 1
        let length = start + (bytes.count + 2) / 3 * 4
        return [UInt8](unsafeUninitializedCapacity: length) { line, filled in
            _ = line.initialize(fromContentsOf: Array(key.utf8))
            line[start - 1] = 0x09
            bytes.withUnsafeBytes {
                encode($0, into: UnsafeMutableBufferPointer(rebasing: line[start...]))
            }
            filled = length
        }
    }

    private static func encode(
        _ bytes: UnsafeRawBufferPointer, into text: UnsafeMutableBufferPointer<UInt8>
    ) {
        alphabet.withUnsafeBufferPointer { alphabet in
            var (from, to) = (0, 0)
            while from + 2 < bytes.count {
                let word =
                    UInt32(bytes[from]) << 16 | UInt32(bytes[from + 1]) << 8
                    | UInt32(bytes[from + 2])
                text[to] = alphabet[Int(word >> 18)]
                text[to + 1] = alphabet[Int(word >> 12 & 63)]
                text[to + 2] = alphabet[Int(word >> 6 & 63)]
                text[to + 3] = alphabet[Int(word & 63)]
                from += 3
                to += 4
            }
            guard from < bytes.count else { return }
            let second = from + 1 < bytes.count ? UInt32(bytes[from + 1]) : nil
            let word = UInt32(bytes[from]) << 16 | (second ?? 0) << 8
            text[to] = alphabet[Int(word >> 18)]
            text[to + 1] = alphabet[Int(word >> 12 & 63)]
            text[to + 2] = second == nil ? 0x3D : alphabet[Int(word >> 6 & 63)]
            text[to + 3] = 0x3D
        }
    }

    /// The bytes of a text, or why it is not base64.
    static func decode(_ text: UnsafeRawBufferPointer) -> Result<[UInt8], Base64Error> {
        guard !text.isEmpty else { return .failure(.init(reason: "the base64 cell is empty")) }
        guard text.count % 4 == 0 else {
            return .failure(
                .init(
                    reason: "\(text.count) characters of base64 are not a multiple of 4; "
                        + "the row may be cut off"))
        }
        let padding = text.suffix(2).reversed().prefix { $0 == 0x3D }.count
        let count = text.count / 4 * 3 - padding
        var wrong = false
        let bytes = [UInt8](unsafeUninitializedCapacity: count + 2) { out, filled in
            wrong = !values.withUnsafeBufferPointer { values in
                decode(text, padding: padding, values, into: out)
            }
            filled = wrong ? 0 : count
        }
        return wrong ? .failure(firstWrong(text, padding)) : .success(bytes)
    }

    /// Writes up to two bytes more than asked, which the caller's buffer has room for.
    private static func decode(
        _ text: UnsafeRawBufferPointer, padding: Int, _ values: UnsafeBufferPointer<UInt8>,
        into out: UnsafeMutableBufferPointer<UInt8>
    ) -> Bool {
        var seen: UInt8 = 0
        let whole = text.count - (padding > 0 ? 4 : 0)
        var (from, to) = (0, 0)
        while from < whole {
            let a = values[Int(text[from])]
            let b = values[Int(text[from + 1])]
            let c = values[Int(text[from + 2])]
            let d = values[Int(text[from + 3])]
            seen |= a | b | c | d
            let word = UInt32(a) << 18 | UInt32(b) << 12 | UInt32(c) << 6 | UInt32(d)
            out[to] = UInt8(truncatingIfNeeded: word >> 16)
            out[to + 1] = UInt8(truncatingIfNeeded: word >> 8)
            out[to + 2] = UInt8(truncatingIfNeeded: word)
            from += 4
            to += 3
        }
        if padding > 0 {
            let a = values[Int(text[from])]
            let b = values[Int(text[from + 1])]
            let c = padding == 1 ? values[Int(text[from + 2])] : 0
            seen |= a | b | c
            out[to] = a << 2 | b >> 4
            if padding == 1 { out[to + 1] = b << 4 | c >> 2 }
        }
        return seen & 0xC0 == 0
    }

    private static func firstWrong(_ text: UnsafeRawBufferPointer, _ padding: Int) -> Base64Error {
        let place = text.dropLast(padding).firstIndex { values[Int($0)] == invalid } ?? 0
        return Base64Error(
            reason: "character \(place + 1) of the base64 (byte \(text[place])) is not in the "
                + "standard alphabet")
    }
}

/// Why a text is not base64.
struct Base64Error: Error {
    let reason: String
}
