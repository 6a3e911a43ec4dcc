import CambiumCorpus
import CambiumFiles
import CambiumTestFolders
import Foundation
import Testing

@Suite struct TokenizerFilesTests {
    private static let root = Repository.root
    private static let deps =
        ProcessInfo.processInfo.environment["CAMBIUM_DEPS"] ?? "\(root)/.deps"
    private static let vocabulary = "\(deps)/clip/bpe_simple_vocab_16e6.txt"

    private func written(_ body: (String) throws -> Void) throws {
        let folder = NSTemporaryDirectory() + "cambium-" + UUID().uuidString
        defer { try? FileSystem.remove(folder) }
        try TokenizerFiles.write(vocabulary: Self.vocabulary, to: folder, contextLength: 77)
        try body(folder)
    }

    @Test func `the folder tokenizes as the vocabulary it was made from`() throws {
        try written { folder in
            let made = try Tokenizer(folder: folder)
            let source = try Tokenizer(vocabulary: Self.vocabulary)
            #expect(made.vocabularySize == 49_408 && made.end == 49_407)
            for text in ["x-ray chest anteroposterior Pneumonia.", "café 3.5mm", "", "日本語"] {
                #expect(made.encode(text) == source.encode(text))
            }
        }
    }

    @Test func `merge rules and ids are those of MedImageInsight's release`() throws {
        try written { folder in
            // The release's merges.txt, byte for byte.
            let merges = try Digest.sha256(file: "\(folder)/merges.txt")
            #expect(merges == "9fd691f7c8039210e0fced15865466c65820d09b63988b0174bfe25de299051a")
            // The release's vocab.json holds the same, in another order and layout.
            let ids = try Digest.sha256(file: "\(folder)/vocab.json")
            #expect(ids == "e089ad92ba36837a0d31433e555c8f45fe601ab5c221d4f607ded32d9f7a4349")
        }
    }

    @Test func `the special tokens are named as transformers needs them`() throws {
        try written { folder in
            #expect(
                try FileSystem.names(in: folder) == [
                    "merges.txt", "special_tokens_map.json", "tokenizer_config.json", "vocab.json",
                ])
            let map = try JSON(file: "\(folder)/special_tokens_map.json")
            #expect(map["bos_token"]?["content"] == "<|startoftext|>")
            #expect(map["pad_token"] == "<|endoftext|>")
            let configuration = try JSON(file: "\(folder)/tokenizer_config.json")
            #expect(configuration["model_max_length"] == 77)
            #expect(configuration["tokenizer_class"] == "CLIPTokenizer")
        }
    }

    @Test func `a file that is no vocabulary is refused and nothing is written`() throws {
        let folder = NSTemporaryDirectory() + "cambium-" + UUID().uuidString
        #expect(throws: TokenizerError.self) {
            try TokenizerFiles.write(vocabulary: #filePath, to: folder)
        }
        #expect(FileSystem.kind(folder) == nil)
    }
}
