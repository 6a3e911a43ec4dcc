/// Base64 as clients send it: the standard alphabet with its padding, with or without the line
/// breaks that Python's `encodebytes` and MIME put in.
enum Base64Text {
    /// Why a text is not base64.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private static let space: UInt8 = 0xFE
    private static let wrong: UInt8 = 0xFF

    /// A letter's value; 0xFE for what is passed over, 0xFF for what does not belong.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: wrong, count: 256)
        for byte in [0x09, 0x0A, 0x0D, 0x20] { values[byte] = space }
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        for (value, letter) in alphabet.utf8.enumerated() { values[Int(letter)] = UInt8(value) }
        return values
    }()

    /// The bytes of a text.
    static func decode(_ text: String) -> Result<[UInt8], Failure> {
        var text = text
        return text.withUTF8 { decode($0) }
    }

    /// The bytes of a text.
    static func decode(_ text: UnsafeBufferPointer<UInt8>) -> Result<[UInt8], Failure> {
        var failure: Failure?
        let bytes = [UInt8](unsafeUninitializedCapacity: text.count / 4 * 3 + 3) { out, filled in
            switch values.withUnsafeBufferPointer({ decode(text, $0, into: out) }) {
            case .success(let count): filled = count
            case .failure(let reason): (filled, failure) = (0, reason)
            }
        }
        if let failure { return .failure(failure) }
        return bytes.isEmpty ? .failure(Failure(description: "holds no bytes")) : .success(bytes)
    }

    private static func decode(
        _ text: UnsafeBufferPointer<UInt8>, _ values: UnsafeBufferPointer<UInt8>,
        into out: UnsafeMutableBufferPointer<UInt8>
    ) -> Result<Int, Failure> {
        var (from, to) = (0, 0)
        var (word, letters): (UInt32, Int) = (0, 0)
        while from < text.count {
            // Four letters at a time, as long as nothing else comes between.
            while letters == 0, from + 4 <= text.count {
                let (a, b) = (values[Int(text[from])], values[Int(text[from + 1])])
                let (c, d) = (values[Int(text[from + 2])], values[Int(text[from + 3])])
                guard (a | b | c | d) & 0xC0 == 0 else { break }
                let four = UInt32(a) << 18 | UInt32(b) << 12 | UInt32(c) << 6 | UInt32(d)
                out[to] = UInt8(truncatingIfNeeded: four >> 16)
                out[to + 1] = UInt8(truncatingIfNeeded: four >> 8)
                out[to + 2] = UInt8(truncatingIfNeeded: four)
                (from, to) = (from + 4, to + 3)
            }
            guard from < text.count else { break }
            let value = values[Int(text[from])]
            if value == wrong { break }
            from += 1
            guard value != space else { continue }
            (word, letters) = (word << 6 | UInt32(value), letters + 1)
            if letters == 4 {
                out[to] = UInt8(truncatingIfNeeded: word >> 16)
                out[to + 1] = UInt8(truncatingIfNeeded: word >> 8)
                out[to + 2] = UInt8(truncatingIfNeeded: word)
                (word, letters, to) = (0, 0, to + 3)
            }
        }
        return end(text, values, from, word, letters, out, to)
    }

    /// The last, shorter group: its padding must be there and nothing after it.
    private static func end(
        _ text: UnsafeBufferPointer<UInt8>, _ values: UnsafeBufferPointer<UInt8>, _ from: Int,
        _ word: UInt32, _ letters: Int, _ out: UnsafeMutableBufferPointer<UInt8>, _ to: Int
    ) -> Result<Int, Failure> {
        var padding = 0
        for index in from..<text.count {
            if text[index] == 0x3D {
                padding += 1
            } else if values[Int(text[index])] != space {
                return .failure(
                    Failure(
                        description: "is not base64: character \(index + 1) does not belong there"
                    ))
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
        default:
            return .failure(
                Failure(
                    description: "is not base64: it ends inside a group of four characters; it may "
                        + "have been cut off"))
        }
    }
}
