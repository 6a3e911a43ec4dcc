internal import CambiumFiles

/// Writes CLIP's vocabulary as a Hugging Face tokenizer folder, as MedImageInsight's release has
/// it, so that its Python code (`transformers.CLIPTokenizer`) opens what Cambium saved.
public enum TokenizerFiles {
    /// Writes `vocab.json`, `merges.txt`, `special_tokens_map.json` and `tokenizer_config.json`.
    /// - Parameters:
    ///   - vocabulary: CLIP's unpacked `bpe_simple_vocab_16e6.txt`.
    ///   - folder: Where to; made when it is not there.
    ///   - contextLength: Tokens of a text, `model_max_length` in the configuration.
    /// - Throws: `FileError` for a file that cannot be read or written, ``TokenizerError`` for one
    ///   that is no CLIP vocabulary.
    public static func write(
        vocabulary: String, to folder: String, contextLength: Int = 77
    ) throws {
        let listing = try BytePairVocabulary.listing(vocabulary)
        try FileSystem.makeFolder(folder)
        try write(.object(listing.ids.mapValues(JSON.integer)), "vocab.json", folder)
        let rules = listing.rules.map { "\($0.0) \($0.1)\n" }
        try FileSystem.write("#version: 0.2\n" + rules.joined(), to: "\(folder)/merges.txt")
        try write(specialTokens, "special_tokens_map.json", folder)
        try write(configuration(contextLength), "tokenizer_config.json", folder)
    }

    private static func write(_ value: JSON, _ name: String, _ folder: String) throws {
        try FileSystem.write(value.document, to: "\(folder)/\(name)")
    }

    private static let start = BytePairVocabulary.startText
    private static let end = BytePairVocabulary.endText

    private static func token(_ text: String) -> [String: JSON] {
        [
            "content": .string(text), "lstrip": false, "normalized": true, "rstrip": false,
            "single_word": false, "special": false,
        ]
    }

    private static var specialTokens: JSON {
        [
            "bos_token": .object(token(start)), "eos_token": .object(token(end)),
            "unk_token": .object(token(end)), "pad_token": .string(end),
        ]
    }

    private static func configuration(_ contextLength: Int) -> JSON {
        func added(_ text: String) -> JSON {
            .object(token(text).merging(["__type": "AddedToken"]) { first, _ in first })
        }
        return [
            "add_prefix_space": false, "bos_token": added(start), "do_lower_case": true,
            "eos_token": added(end), "errors": "replace",
            "model_max_length": .integer(contextLength), "pad_token": .string(end),
            "tokenizer_class": "CLIPTokenizer", "unk_token": added(end),
        ]
    }
}
