/// The words of a command as a shell would cut them: blanks and line breaks separate, quotes and
/// backslashes keep together. Nothing is ever given to a shell.
enum CommandWords {
    /// Nil where a quote is not closed.
    static func split(_ text: String) -> [String]? {
        var words: [String] = []
        var word: String?
        var quote: Character?
        var isEscaped = false
        for character in text {
            if isEscaped {
                word = (word ?? "") + String(character)
                isEscaped = false
            } else if character == "\\", quote != "'" {
                isEscaped = true
            } else if let open = quote {
                if character == open { quote = nil } else { word?.append(character) }
            } else if character == "'" || character == "\"" {
                quote = character
                word = word ?? ""
            } else if character.isWhitespace {
                if let whole = word { words.append(whole) }
                word = nil
            } else {
                word = (word ?? "") + String(character)
            }
        }
        guard quote == nil, !isEscaped else { return nil }
        return words + (word.map { [$0] } ?? [])
    }

    /// The same words as one line that a shell cuts into them again.
    static func line(_ words: [String]) -> String {
        words.map { word in
            let isPlain = word.utf8.allSatisfy { byte in
                byte >= 0x80 || "-_./:=,+@%{}$*^".utf8.contains(byte)
                    || Character(Unicode.Scalar(byte)).isNumber
                    || Character(Unicode.Scalar(byte)).isLetter
            }
            if isPlain, !word.isEmpty { return word }
            return "'"
                + word.split(separator: "'", omittingEmptySubsequences: false)
                .joined(separator: "'\\''") + "'"
        }.joined(separator: " ")
    }
}
