/// Keys of images: paths that stay readable but never break a row of a table.
public enum ImageKey {
    /// A path as a key: `%`, tabs, line breaks and control characters percent-encoded (the bytes
    /// of their UTF-8, upper-case), everything else as it is.
    public static func encode(_ path: String) -> String {
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

    /// Controls of ASCII and Latin-1 (tab, line feed, next line, ...), the line and paragraph
    /// separators, and the sign of the encoding itself.
    private static func needsEncoding(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x00...0x1F, 0x7F...0x9F, 0x2028, 0x2029, 0x25: true
        default: false
        }
    }

    private static func hexadecimal(_ byte: UInt8) -> String {
        let digits = Array("0123456789ABCDEF")
        return "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
    }
}
