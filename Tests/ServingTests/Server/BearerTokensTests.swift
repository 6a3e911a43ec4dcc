import CambiumFiles
import CambiumServing
import CambiumTestFolders
import Testing

@Suite struct BearerTokensTests {
    private func tokens(_ text: String) throws -> BearerTokens {
        let folder = try TemporaryFolder()
        return try BearerTokens(file: folder.write(text, to: "tokens"))
    }

    @Test func `each token of the file is accepted, and nothing else`() throws {
        let tokens = try tokens("# ward 3\nalpha\r\n\nbeta-2\n")
        #expect(tokens.contains("alpha"))
        #expect(tokens.contains("beta-2"))
        for other in ["", "alph", "alpha2", "# ward 3", "ALPHA"] {
            #expect(!tokens.contains(other))
        }
    }

    @Test(arguments: ["", "# nothing\n", "two words\n", "é\n"])
    func `a file without a token, or with one that no header can carry, is refused`(
        text: String
    ) {
        #expect(throws: FileError.self) { try tokens(text) }
    }
}
