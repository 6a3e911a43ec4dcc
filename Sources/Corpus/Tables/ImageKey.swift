/// Keys of images: paths that stay readable but never break a row of a table.
package enum ImageKey {
    /// A path as a key: `%`, tabs, line breaks and control characters percent-encoded (the bytes
    /// of their UTF-8, upper-case), everything else as it is.
    package static func encode(_ path: String) -> String {
        guard path.unicodeScalars.contains(where: needsEncoding) else { return path }
        var key = ""
        for scalar in path.unicodeScalars {
            if needsEncoding(scalar) {
                for byte in Character(scalar).utf8 { key += hexadecimal(byte) }
            } else {
                key.unicodeScalars.append(scalar)
            }
        }
        return key
    }

    /// Undoes ``encode(_:)``; what is no encoding stays as it is.
    static func decode(_ key: String) -> String {
        guard key.utf8.contains(0x25) else { return key }
        let bytes = Array(key.utf8)
        var path: [UInt8] = []
        var place = 0
        while place < bytes.count {
            if bytes[place] == 0x25, place + 2 < bytes.count,
                let high = digit(bytes[place + 1]), let low = digit(bytes[place + 2])
            {
                path.append(high << 4 | low)
                place += 3
            } else {
                path.append(bytes[place])
                place += 1
            }
        }
        return String(decoding: path, as: UTF8.self)
    }

    /// Controls of ASCII and Latin-1 (tab, line feed, next line, ...), the line and paragraph
    /// separators, and the sign of the encoding itself.
    private static func needsEncoding(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x00...0x1F, 0x7F...0x9F, 0x2028, 0x2029, 0x25: true
        default: false
        }
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        Character(UnicodeScalar(byte)).hexDigitValue.map { UInt8($0) }
    }

    private static func hexadecimal(_ byte: UInt8) -> String {
        let digits = Array("0123456789ABCDEF")
        return "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
    }
}
