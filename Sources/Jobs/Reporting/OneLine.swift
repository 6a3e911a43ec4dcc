extension String {
    /// The same text with its line breaks as spaces and other control characters made visible.
    package var onOneLine: String {
        var line = ""
        for scalar in unicodeScalars {
            switch scalar.value {
            case 0x0A, 0x0D: if line.last != " " { line.append(" ") }
            case 0..<0x20, 0x7F..<0xA0: line += scalar.escaped(asASCII: true)
            default: line.unicodeScalars.append(scalar)
            }
        }
        return line
    }
}
