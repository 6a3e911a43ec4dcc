internal import CambiumFiles

/// A text as the text tower takes it.
public struct TokenizedText: Sendable, Equatable {
    /// Token ids, as many as the context is long: start, words, end, padding.
    public let ids: [Int]
    /// 1 where `ids` holds the text, 0 where it holds padding.
    public let mask: [Int]
    /// Tokens of the whole text, start and end included, before anything was cut.
    public let tokenCount: Int
    /// Whether the text was longer than the context and lost its tail.
    public var wasCut: Bool { tokenCount > ids.count }
}

/// CLIP's byte-pair tokenizer, id for id that of Hugging Face's `CLIPTokenizerFast` with the
/// folder that MedImageInsight ships (`padding="max_length"`, `truncation=True`).
///
/// open_clip's own tokenizer differs: it repairs mojibake with ftfy, unescapes HTML, takes the
/// special texts for words and pads with 0.
public struct Tokenizer: Sendable {
    /// What stands after the end token up to the context's length; the mask hides either.
    public enum Padding: Sendable {
        /// The end-of-text id, as transformers 4.25.1 and later do.
        case endOfText
        /// Id 0, as transformers before 4.25.1 and open_clip do.
        case zero
    }

    private let vocabulary: BytePairVocabulary
    /// Length of ``TokenizedText/ids``; CLIP's and MedImageInsight's is 77.
    public let contextLength: Int
    /// What fills the context after the end token.
    public let padding: Padding

    /// Id of the start-of-text token.
    public var start: Int { vocabulary.start }
    /// Id of the end-of-text token: the highest id, where the text tower pools.
    public var end: Int { vocabulary.end }
    /// Number of ids, thus rows of the token embedding: 49,408.
    public var vocabularySize: Int { vocabulary.count }

    /// Reads the `vocab.json` and `merges.txt` of a Hugging Face tokenizer folder.
    /// - Throws: `FileError` for an unreadable file, ``TokenizerError`` for a wrong one.
    public init(
        folder: String, contextLength: Int = 77, padding: Padding = .endOfText
    ) throws {
        try self.init(BytePairVocabulary(folder: folder), contextLength, padding)
    }

    /// Reads the unpacked `bpe_simple_vocab_16e6.txt` of CLIP and open_clip.
    /// - Throws: `FileError` for an unreadable file, ``TokenizerError`` for a wrong one.
    public init(
        vocabulary path: String, contextLength: Int = 77, padding: Padding = .endOfText
    ) throws {
        try self.init(BytePairVocabulary(file: path), contextLength, padding)
    }

    private init(
        _ vocabulary: BytePairVocabulary, _ contextLength: Int, _ padding: Padding
    ) throws(TokenizerError) {
        guard contextLength >= 2 else { throw .contextTooShort(contextLength) }
        self.vocabulary = vocabulary
        self.contextLength = contextLength
        self.padding = padding
    }

    /// The text between start and end token, cut or padded to the context's length.
    public func encode(_ text: String) -> TokenizedText {
        let words = tokens(of: text)
        var ids = [start] + words.prefix(contextLength - 2) + [end]
        let filler = padding == .endOfText ? end : 0
        let padded = contextLength - ids.count
        let mask = [Int](repeating: 1, count: ids.count) + [Int](repeating: 0, count: padded)
        ids += repeatElement(filler, count: padded)
        return TokenizedText(ids: ids, mask: mask, tokenCount: words.count + 2)
    }

    /// The ids of a text alone: no start, no end, not cut.
    public func tokens(of text: String) -> [Int] {
        var tokens: [Int] = []
        for piece in TokenizerText.pieces(text) {
            switch piece {
            case .start: tokens.append(start)
            case .end: tokens.append(end)
            case .word(let scalars):
                let bytes = scalars.flatMap { UTF8.encode($0).map(Array.init) ?? [] }
                for token in BytePairMerger.tokens(of: bytes, in: vocabulary) {
                    tokens.append(Int(token))
                }
            }
        }
        return tokens
    }
}

/// What can be wrong with a tokenizer's files.
public enum TokenizerError: Error, Equatable, CustomStringConvertible {
    /// A vocabulary file does not hold what the tokenizer needs.
    case malformed(path: String, reason: String)
    /// A context too short for the start and the end token.
    case contextTooShort(Int)

    /// The sentence shown to the user.
    public var description: String {
        switch self {
        case .malformed(let path, let reason):
            "\(path): not a CLIP vocabulary: \(reason)"
        case .contextTooShort(let length):
            "context length \(length): at least 2 expected (start and end token); "
                + "correct the model's CONTEXT_LENGTH"
        }
    }
}
