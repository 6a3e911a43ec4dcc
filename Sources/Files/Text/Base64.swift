/// Standard base64 (RFC 4648: `+`, `/`, padded) without Foundation, for large images above all.
package enum Base64 {
    private static let space: UInt8 = 0xFE
    private static let wrong: UInt8 = 0xFF
    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    /// A letter's value; 0xFE for white space, 0xFF for what does not belong.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: wrong, count: 256)
        for byte in [0x09, 0x0A, 0x0D, 0x20] { values[byte] = space }
        for (value, letter) in alphabet.enumerated() { values[Int(letter)] = UInt8(value) }
        return values
    }()

    /// Whether a byte is a letter of the alphabet.
    package static func isLetter(_ byte: UInt8) -> Bool { values[Int(byte)] & 0xC0 == 0 }

    /// Letters for so many bytes.
    package static func length(of bytes: Int) -> Int { (bytes + 2) / 3 * 4 }

    /// The text of some bytes, as ASCII.
    package static func encode(_ bytes: [UInt8]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: length(of: bytes.count)) { text, filled in
            encode(bytes, into: text)
            filled = length(of: bytes.count)
        }
    }

    /// The text of some bytes.
    package static func text(_ bytes: [UInt8]) -> String {
        String(decoding: encode(bytes), as: UTF8.self)
    }

    /// Writes the text of some bytes to the start of a buffer that has room for it.
    package static func encode(_ bytes: [UInt8], into text: UnsafeMutableBufferPointer<UInt8>) {
        bytes.withUnsafeBytes { bytes in
            alphabet.withUnsafeBufferPointer { encode(bytes, $0, into: text) }
        }
    }

    private static func encode(
        _ bytes: UnsafeRawBufferPointer, _ alphabet: UnsafeBufferPointer<UInt8>,
        into text: UnsafeMutableBufferPointer<UInt8>
    ) {
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

    /// The bytes of a text, or why it is not base64.
    /// - Parameter skipsSpace: whether white space is passed over, such as the line breaks that
    ///   MIME and Python's `encodebytes` put in.
    package static func decode(
        _ text: UnsafeRawBufferPointer, skipsSpace: Bool = false
    ) -> Result<[UInt8], Base64Error> {
        var failure: Base64Error?
        let bytes = [UInt8](unsafeUninitializedCapacity: text.count / 4 * 3 + 3) { out, filled in
            let result = values.withUnsafeBufferPointer {
                Reading(text: text, values: $0, skipsSpace: skipsSpace).decode(into: out)
            }
            switch result {
            case .success(let count): filled = count
            case .failure(let error): (filled, failure) = (0, error)
            }
        }
        return failure.map(Result.failure) ?? .success(bytes)
    }

    /// The bytes of a text, or why it is not base64.
    package static func decode(
        _ text: String, skipsSpace: Bool = false
    ) -> Result<[UInt8], Base64Error> {
        var text = text
        return text.withUTF8 { decode(UnsafeRawBufferPointer($0), skipsSpace: skipsSpace) }
    }

    /// A text on its way to bytes.
    private struct Reading {
        let text: UnsafeRawBufferPointer
        let values: UnsafeBufferPointer<UInt8>
        let skipsSpace: Bool

        func decode(into out: UnsafeMutableBufferPointer<UInt8>) -> Result<Int, Base64Error> {
            var (from, to) = (0, 0)
            var (word, letters): (UInt32, Int) = (0, 0)
            while from < text.count {
                // Four letters at a time, as long as nothing else comes between.
                while letters == 0, from + 4 <= text.count {
                    let (a, b) = (values[Int(text[from])], values[Int(text[from + 1])])
                    let (c, d) = (values[Int(text[from + 2])], values[Int(text[from + 3])])
                    guard (a | b | c | d) & 0xC0 == 0 else { break }
                    let four = UInt32(a) << 18 | UInt32(b) << 12 | UInt32(c) << 6 | UInt32(d)
                    put(four, out, to)
                    (from, to) = (from + 4, to + 3)
                }
                guard from < text.count else { break }
                let value = values[Int(text[from])]
                if value == wrong || value == space && !skipsSpace { break }
                from += 1
                guard value != space else { continue }
                (word, letters) = (word << 6 | UInt32(value), letters + 1)
                if letters == 4 {
                    put(word, out, to)
                    (word, letters, to) = (0, 0, to + 3)
                }
            }
            return end(from, word, letters, out, to)
        }

        private func put(_ word: UInt32, _ out: UnsafeMutableBufferPointer<UInt8>, _ to: Int) {
            out[to] = UInt8(truncatingIfNeeded: word >> 16)
            out[to + 1] = UInt8(truncatingIfNeeded: word >> 8)
            out[to + 2] = UInt8(truncatingIfNeeded: word)
        }

        /// The last, shorter group: its padding must be there and nothing after it.
        private func end(
            _ from: Int, _ word: UInt32, _ letters: Int,
            _ out: UnsafeMutableBufferPointer<UInt8>, _ to: Int
        ) -> Result<Int, Base64Error> {
            var padding = 0
            for index in from..<text.count {
                if text[index] == 0x3D {
                    padding += 1
                } else if values[Int(text[index])] != space || !skipsSpace {
                    return .failure(.wrong(index))
                }
            }
            switch (letters, padding) {
            case (0, 0): return .success(to)
            case (2, 2):
                out[to] = UInt8(truncatingIfNeeded: word >> 4)
                return .success(to + 1)
            case (3, 1):
                out[to] = UInt8(truncatingIfNeeded: word >> 10)
                out[to + 1] = UInt8(truncatingIfNeeded: word >> 2)
                return .success(to + 2)
            default: return .failure(.incomplete)
            }
        }
    }
}

/// Why a text is not base64.
package enum Base64Error: Error, Equatable {
    /// The byte at this place, from 0, does not belong there.
    case wrong(Int)
    /// It ends inside a group of four letters, or its padding is not what the group needs.
    case incomplete
}
