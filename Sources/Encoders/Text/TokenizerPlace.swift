public import CambiumCorpus
internal import CambiumFiles

/// Where a model's vocabulary stands.
public enum TokenizerPlace: Sendable, Equatable {
    /// A Hugging Face folder with `vocab.json` and `merges.txt`.
    case folder(String)
    /// CLIP's `bpe_simple_vocab_16e6.txt`.
    case file(String)

    /// CLIP's vocabulary: the file that `CAMBIUM_CLIP_VOCABULARY` names, the one beside the program,
    /// where an install has it, or `.deps/clip/bpe_simple_vocab_16e6.txt`, where set-up unpacked it,
    /// above the program or the working folder.
    /// - Throws: ``EncoderError/folder(path:reason:)`` when it is nowhere.
    public static func clip(environment: [String: String]) throws(EncoderError) -> TokenizerPlace {
        if let path = environment["CAMBIUM_CLIP_VOCABULARY"] { return .file(path) }
        let installed = "\(FileSystem.programFolder)/\(clipName)"
        if FileSystem.kind(installed) == .file { return .file(installed) }
        for start in [FileSystem.programFolder, FileSystem.workingFolder] {
            var folder = start
            while true {
                let path = "\(folder)/.deps/clip/\(clipName)"
                if FileSystem.kind(path) == .file { return .file(path) }
                let parent = FileSystem.parent(folder)
                if parent == folder || parent == "." { break }
                folder = parent
            }
        }
        throw .folder(
            path: ".deps/clip/\(clipName)",
            reason: "CLIP's vocabulary is not here; run `make setup`, or name it in "
                + "CAMBIUM_CLIP_VOCABULARY")
    }

    /// The tokenizer that stands here, for a text tower.
    /// - Throws: ``EncoderError/folder(path:reason:)`` when it gives ids that the tower lacks.
    public func open(for text: TextConfiguration) throws -> Tokenizer {
        let tokenizer =
            switch self {
            case .folder: try Tokenizer(folder: path, contextLength: text.contextLength)
            case .file: try Tokenizer(vocabulary: path, contextLength: text.contextLength)
            }
        guard tokenizer.vocabularySize <= text.vocabulary else {
            throw EncoderError.folder(
                path: path,
                reason: "has \(tokenizer.vocabularySize) tokens, but the model has rows for "
                    + "\(text.vocabulary) (VOCAB_SIZE); they belong to different models")
        }
        return tokenizer
    }

    private var path: String {
        switch self {
        case .folder(let path), .file(let path): path
        }
    }

    /// Copies what stands here into a model folder's `tokenizer/`, CLIP's own file as the Hugging
    /// Face folder that MedImageInsight's Python code opens.
    func copy(to folder: String, contextLength: Int) throws {
        switch self {
        case .file(let path):
            try TokenizerFiles.write(
                vocabulary: path, to: folder, contextLength: contextLength)
        case .folder(let path):
            try FileSystem.makeFolder(folder)
            for name in Self.folderNames where FileSystem.kind("\(path)/\(name)") == .file {
                try FileSystem.write(FileSystem.read("\(path)/\(name)"), to: "\(folder)/\(name)")
            }
        }
    }

    /// What a folder holds, nil when it is no tokenizer's.
    static func inside(_ folder: String) -> TokenizerPlace? {
        if FileSystem.kind("\(folder)/vocab.json") == .file { return .folder(folder) }
        let path = "\(folder)/\(clipName)"
        return FileSystem.kind(path) == .file ? .file(path) : nil
    }

    static let clipName = "bpe_simple_vocab_16e6.txt"
    private static let folderNames = [
        "vocab.json", "merges.txt", "special_tokens_map.json", "tokenizer_config.json",
    ]
}

extension Tokenizer {
    /// Token ids of several texts as the text encoder takes them.
    public func batch(_ texts: [String]) -> TokenBatch {
        let encoded = texts.map(encode)
        return TokenBatch(
            ids: encoded.flatMap(\.ids), mask: encoded.flatMap(\.mask),
            contextLength: contextLength)
    }
}
