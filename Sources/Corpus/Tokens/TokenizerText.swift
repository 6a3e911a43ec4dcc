internal import Foundation

/// A text cut into words and special tokens, before byte pairs are merged.
enum TokenizerPiece: Equatable {
    case word(ArraySlice<Unicode.Scalar>)
    case start
    case end
}

/// Normalises and splits text as the fast CLIP tokenizer of Hugging Face does: NFC, white space
/// runs to one space, lower case scalar by scalar, then runs of letters, single digits,
/// English contractions, and runs of anything else.
enum TokenizerText {
    private static let startScalars = Array(BytePairVocabulary.startText.unicodeScalars)
    private static let endScalars = Array(BytePairVocabulary.endText.unicodeScalars)

    /// The end token is found in the text as it stands, the start token in the normalised text
    /// (so in any case): that is how MI2's tokenizer folder declares them.
    static func pieces(_ text: String) -> [TokenizerPiece] {
        var pieces: [TokenizerPiece] = []
        let segments = split(Array(text.unicodeScalars)[...], at: endScalars)
        for (number, segment) in segments.enumerated() {
            if number > 0 { pieces.append(.end) }
            let parts = split(normalise(segment)[...], at: startScalars)
            for (number, part) in parts.enumerated() {
                if number > 0 { pieces.append(.start) }
                appendWords(of: part, to: &pieces)
            }
        }
        return pieces
    }

    /// The stretches between occurrences of a special text, found from left to right.
    private static func split(
        _ scalars: ArraySlice<Unicode.Scalar>, at mark: [Unicode.Scalar]
    ) -> [ArraySlice<Unicode.Scalar>] {
        var parts: [ArraySlice<Unicode.Scalar>] = []
        var rest = scalars
        var position = rest.startIndex
        while position < rest.endIndex {
            if rest[position] == mark[0], rest[position...].starts(with: mark) {
                parts.append(rest[..<position])
                rest = rest[(position + mark.count)...]
                position = rest.startIndex
            } else {
                position += 1
            }
        }
        return parts + [rest]
    }

    private static func normalise(_ scalars: ArraySlice<Unicode.Scalar>) -> [Unicode.Scalar] {
        var result: [Unicode.Scalar] = []
        var inSpace = false
        for scalar in composed(scalars) {
            let isSpace = scalar.properties.isWhitespace
            if !isSpace {
                // The mapping of the scalar alone: no final sigma, no locale.
                result += scalar.properties.lowercaseMapping.unicodeScalars
            } else if !inSpace {
                result.append(" ")
            }
            inSpace = isSpace
        }
        return result
    }

    /// Canonical composition (NFC), which leaves Latin-1 alone.
    private static func composed(_ scalars: ArraySlice<Unicode.Scalar>) -> [Unicode.Scalar] {
        if scalars.allSatisfy({ $0.value < 0x300 }) { return Array(scalars) }
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars)
        return Array(String(text).precomposedStringWithCanonicalMapping.unicodeScalars)
    }

    private static func appendWords(
        of text: ArraySlice<Unicode.Scalar>, to pieces: inout [TokenizerPiece]
    ) {
        var rest = text
        while let first = rest.first {
            if first == " " {
                rest = rest.dropFirst()
            } else if rest.starts(with: endScalars) {
                // Only another case than the special token's gets here: three plain words.
                pieces.append(.word(rest.prefix(2)))
                pieces.append(.word(rest.dropFirst(2).prefix(endScalars.count - 4)))
                pieces.append(.word(rest.prefix(endScalars.count).suffix(2)))
                rest = rest.dropFirst(endScalars.count)
            } else {
                let length = wordLength(rest, first)
                pieces.append(.word(rest.prefix(length)))
                rest = rest.dropFirst(length)
            }
        }
    }

    private static let contractions = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"]
        .map { Array($0.unicodeScalars) }

    private static func wordLength(
        _ rest: ArraySlice<Unicode.Scalar>, _ first: Unicode.Scalar
    ) -> Int {
        if first == "'", let short = contractions.first(where: { rest.starts(with: $0) }) {
            return short.count
        }
        let kind = Kind(first)
        if kind == .digit { return 1 }
        return rest.prefix { Kind($0) == kind }.count
    }

    /// Unicode's general categories L and N, white space, and the rest.
    private enum Kind {
        case letter, digit, space, other

        init(_ scalar: Unicode.Scalar) {
            switch scalar.properties.generalCategory {
            case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter,
                .otherLetter:
                self = .letter
            case .decimalNumber, .letterNumber, .otherNumber:
                self = .digit
            default:
                self = scalar.properties.isWhitespace ? .space : .other
            }
        }
    }
}
