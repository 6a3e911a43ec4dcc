import CambiumCorpus
import CambiumFiles
import CambiumTestFolders
import Foundation
import Testing

/// Where set-up unpacks CLIP's vocabulary; `CAMBIUM_DEPS` as in Package.swift.
private enum Room {
    static let root = Repository.root
    static let deps = ProcessInfo.processInfo.environment["CAMBIUM_DEPS"] ?? "\(root)/.deps"
    static let vocabulary = "\(deps)/clip/bpe_simple_vocab_16e6.txt"
    static let fixture = Repository.fixture("CorpusTests", "tokenizer.cases.json")
    static let folder = ProcessInfo.processInfo.environment["CAMBIUM_MI2_TOKENIZER"]
}

private struct Case {
    let text: String
    let ids: [Int]
    let whole: Int

    static func all() throws -> [Case] {
        try #require(try JSON(file: Room.fixture)["cases"]?.array).map { entry in
            Case(
                text: try #require(entry["text"]?.string),
                ids: try #require(entry["ids"]?.array).compactMap(\.integer),
                whole: try #require(entry["whole"]?.integer))
        }
    }
}

@Suite struct TokenizerTests {
    private func tokenizer() throws -> Tokenizer { try Tokenizer(vocabulary: Room.vocabulary) }

    private func check(_ tokenizer: Tokenizer) throws {
        let cases = try Case.all()
        #expect(cases.count > 80)
        for entry in cases {
            let row = tokenizer.encode(entry.text)
            let kept = row.mask.reduce(0, +)
            let label = entry.text.debugDescription
            #expect(Array(row.ids.prefix(kept)) == entry.ids, "\(label)")
            #expect(row.ids.count == 77 && row.mask.count == 77)
            #expect(row.mask == row.mask.sorted(by: >))
            #expect(row.ids.dropFirst(kept).allSatisfy { $0 == 49407 })
            #expect(row.tokenCount == entry.whole, "\(label)")
            #expect(row.wasCut == (entry.whole > 77))
        }
    }

    @Test func `ids equal the fast CLIP tokenizer's, from the vocabulary file of CLIP`() throws {
        let tokenizer = try tokenizer()
        #expect(tokenizer.vocabularySize == 49408)
        #expect(tokenizer.start == 49406 && tokenizer.end == 49407)
        try check(tokenizer)
    }

    @Test(
        .enabled(
            if: Room.folder != nil,
            "set CAMBIUM_MI2_TOKENIZER to MedImageInsight's clip_tokenizer_4.16.2 folder"))
    func `ids equal the fast CLIP tokenizer's, from MedImageInsight's own folder`() throws {
        let folder = try Tokenizer(folder: try #require(Room.folder))
        #expect(folder.vocabularySize == 49408)
        try check(folder)
        let file = try tokenizer()
        for text in try Case.all().map(\.text) {
            #expect(folder.tokens(of: text) == file.tokens(of: text))
        }
    }

    @Test func `a folder's files and the vocabulary file give the same ids`() throws {
        // The folder route without the folder: vocab.json rebuilt from ids that the file gives.
        let file = try tokenizer()
        let folder = NSTemporaryDirectory() + "tokenizer-\(UUID().uuidString)"
        try FileSystem.makeFolder(folder)
        defer { try? FileSystem.remove(folder) }
        try FolderFiles.write(from: Room.vocabulary, to: folder)
        let other = try Tokenizer(folder: folder)
        #expect(other.vocabularySize == 49408)
        for text in try Case.all().map(\.text) {
            #expect(other.tokens(of: text) == file.tokens(of: text))
        }
    }

    @Test func `a context of another length cuts and pads to it`() throws {
        let short = try Tokenizer(
            vocabulary: Room.vocabulary, contextLength: 5, padding: .zero)
        #expect(short.encode("chest").ids == [49406, 10563, 49407, 0, 0])
        let cut = short.encode("a quick brown fox jumps")
        #expect(cut.ids == [49406, 320, 3712, 2866, 49407])
        #expect(cut.mask == [1, 1, 1, 1, 1] && cut.wasCut && cut.tokenCount == 7)
        #expect(throws: TokenizerError.contextTooShort(1)) {
            try Tokenizer(vocabulary: Room.vocabulary, contextLength: 1)
        }
    }

    /// Which would take days if every merge walked through the whole word.
    @Test func `a word of a million letters`() throws {
        let row = try tokenizer().encode(String(repeating: "ab", count: 500_000))
        #expect(row.wasCut)
    }

    @Test func `wrong files are refused with the reason`() throws {
        let folder = NSTemporaryDirectory() + "tokenizer-\(UUID().uuidString)"
        try FileSystem.makeFolder(folder)
        defer { try? FileSystem.remove(folder) }
        #expect(throws: FileError.missing(path: "\(folder)/vocab.json")) {
            try Tokenizer(folder: folder)
        }
        try FileSystem.write("{\"a\": 0}", to: "\(folder)/vocab.json")
        try FileSystem.write("#version\na b\n", to: "\(folder)/merges.txt")
        #expect(throws: TokenizerError.self) { try Tokenizer(folder: folder) }
        try FileSystem.write("#version\nno pair here\n", to: "\(folder)/merges.txt")
        #expect(
            throws: TokenizerError.malformed(
                path: "\(folder)/merges.txt:2", reason: "two symbols a line expected")
        ) { try Tokenizer(folder: folder) }
        #expect(throws: TokenizerError.self) {
            try Tokenizer(vocabulary: "\(folder)/merges.txt")
        }
    }
}

/// Writes `vocab.json` and `merges.txt` from the vocabulary file by the published rule (GPT-2's
/// byte table), independently of the sources.
private enum FolderFiles {
    static func write(from path: String, to folder: String) throws {
        let lines = try FileSystem.readText(path).split(separator: "\n").dropFirst()
            .prefix(48_894)
        let shown = Array(33...126) + Array(161...172) + Array(174...255)
        let letters =
            shown.compactMap { UnicodeScalar($0).map(String.init) }
            + (256..<256 + 68).compactMap { UnicodeScalar($0).map(String.init) }
        var names = letters + letters.map { $0 + "</w>" }
        names += lines.map { String($0.replacing(" ", with: "")) }
        names += ["<|startoftext|>", "<|endoftext|>"]
        let pairs = names.enumerated().map { ($0.element, JSON.integer($0.offset)) }
        let ids = JSON.object(Dictionary(uniqueKeysWithValues: pairs))
        try FileSystem.write(ids.document, to: "\(folder)/vocab.json")
        let merges = "#version: 0.2\n" + lines.joined(separator: "\n") + "\n"
        try FileSystem.write(merges, to: "\(folder)/merges.txt")
    }
}
