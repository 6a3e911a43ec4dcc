internal import CambiumFiles

/// Token ids and merge rules of a byte-level byte-pair encoding (Sennrich 2016; GPT-2's bytes),
/// with CLIP's end-of-word mark: the last symbol of a word is another token than the same
/// symbol inside it.
struct BytePairVocabulary: Sendable {
    /// A merge rule: earlier rules win, and the pair becomes `token`.
    struct Merge: Sendable {
        let rank: Int32
        let token: Int32
    }

    /// Id of a byte inside a word.
    private(set) var inner: [Int32] = []
    /// Id of a byte at the end of a word.
    private(set) var final: [Int32] = []
    private var merges: [UInt64: Merge] = [:]
    let start: Int
    let end: Int
    /// Number of token ids, special ones included.
    let count: Int

    func merge(_ left: Int32, _ right: Int32) -> Merge? { merges[Self.key(left, right)] }

    private static func key(_ left: Int32, _ right: Int32) -> UInt64 {
        UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
    }

    /// Assembles a vocabulary from ids by text and the merge rules in order.
    private init(
        ids: [String: Int], rules: [(Substring, Substring)], start: String, end: String,
        path: String
    ) throws(TokenizerError) {
        func id(_ text: String) throws(TokenizerError) -> Int32 {
            guard let id = ids[text], let small = Int32(exactly: id), small >= 0 else {
                throw .malformed(path: path, reason: "no id for the token \"\(text)\"")
            }
            return small
        }
        for symbol in Self.byteSymbols {
            inner.append(try id(symbol))
            final.append(try id(symbol + Self.endOfWord))
        }
        merges.reserveCapacity(rules.count)
        for (rank, rule) in rules.enumerated() {
            let key = Self.key(try id(String(rule.0)), try id(String(rule.1)))
            let merge = Merge(rank: Int32(rank), token: try id(String(rule.0 + rule.1)))
            // A rule that stands twice keeps the later rank, as a Python dictionary does.
            merges[key] = merge
        }
        self.start = Int(try id(start))
        self.end = Int(try id(end))
        count = ids.count
    }

    /// Reads `vocab.json` and `merges.txt` of a Hugging Face tokenizer folder.
    init(folder: String) throws {
        let path = "\(folder)/vocab.json"
        guard let members = try JSON(file: path).object else {
            throw TokenizerError.malformed(path: path, reason: "an object of token ids expected")
        }
        let ids = members.compactMapValues { $0.integer }
        guard ids.count == members.count else {
            throw TokenizerError.malformed(path: path, reason: "an id is not a whole number")
        }
        let merges = "\(folder)/merges.txt"
        let rules = try Self.rules(FileSystem.readText(merges), limit: .max, path: merges)
        try self.init(
            ids: ids, rules: rules, start: Self.startText, end: Self.endText, path: path)
    }

    /// Reads `bpe_simple_vocab_16e6.txt` (OpenAI's CLIP, open_clip).
    init(file path: String) throws {
        let (ids, rules) = try Self.listing(path)
        try self.init(
            ids: ids, rules: rules, start: Self.startText, end: Self.endText, path: path)
    }

    /// Ids by text and the merge rules of `bpe_simple_vocab_16e6.txt`: ids follow from the order,
    /// bytes, bytes that end a word, merges, start, end. Lines past CLIP's are left unread.
    static func listing(
        _ path: String
    ) throws -> (ids: [String: Int], rules: [(Substring, Substring)]) {
        let rules = try Self.rules(
            FileSystem.readText(path), limit: Self.clipMerges, path: path)
        guard rules.count == Self.clipMerges else {
            throw TokenizerError.malformed(
                path: path, reason: "\(Self.clipMerges) merges expected, got \(rules.count)")
        }
        let bytes = Self.bytesInIdOrder.map { Self.byteSymbols[$0] }
        let tokens =
            bytes + bytes.map { $0 + Self.endOfWord } + rules.map { String($0.0 + $0.1) }
            + [Self.startText, Self.endText]
        // Of two equal texts the later id counts, as in open_clip's dictionary.
        let ids = Dictionary(
            zip(tokens, tokens.indices), uniquingKeysWith: { _, later in later })
        return (ids, rules)
    }

    /// The pairs of a merges file, after its heading line.
    private static func rules(
        _ text: String, limit: Int, path: String
    ) throws(TokenizerError) -> [(Substring, Substring)] {
        var rules: [(Substring, Substring)] = []
        var number = 0
        for line in text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false) {
            number += 1
            if number == 1 || line.isEmpty || line.elementsEqual([0x0D]) { continue }
            if rules.count == limit { break }
            let parts = line.split(whereSeparator: { $0 == 0x20 || $0 == 0x0D })
            guard parts.count == 2 else {
                throw .malformed(path: "\(path):\(number)", reason: "two symbols a line expected")
            }
            rules.append((Substring(parts[0]), Substring(parts[1])))
        }
        return rules
    }
}

extension BytePairVocabulary {
    static let startText = "<|startoftext|>"
    static let endText = "<|endoftext|>"
    private static let endOfWord = "</w>"
    /// 49,408 ids less 256 bytes, 256 bytes that end a word, start and end.
    private static let clipMerges = 49_408 - 512 - 2

    /// Bytes that stand for themselves in vocabulary files; the others would be invisible.
    private static let visible = Array(0x21...0x7E) + Array(0xA1...0xAC) + Array(0xAE...0xFF)

    /// Byte values in the order of their ids: the visible ones first.
    private static let bytesInIdOrder =
        visible + (0..<256).filter { !visible.contains($0) }

    /// How vocabulary files spell each byte (GPT-2's table): invisible ones from U+0100 on.
    private static let byteSymbols: [String] = {
        var symbols = [String](repeating: "", count: 256)
        for byte in visible { symbols[byte] = String(UnicodeScalar(UInt8(byte))) }
        for (offset, byte) in bytesInIdOrder.dropFirst(visible.count).enumerated() {
            symbols[byte] = UnicodeScalar(UInt32(0x100 + offset)).map(String.init) ?? ""
        }
        return symbols
    }()
}
