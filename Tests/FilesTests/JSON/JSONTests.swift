import CambiumFiles
import Testing

@Suite struct JSONTests {
    @Test func `what is written reads back equal`() throws {
        let value: JSON = [
            "b": [1, 2.5, "tab\tquote\" Größe 肺", nil, true], "a": ["nested": [:] as JSON],
        ]
        #expect(try JSON(parsing: value.line) == value)
        #expect(try JSON(parsing: value.document) == value)
        #expect(value.line.hasPrefix("{\"a\": {\"nested\": {}}, \"b\": [1, 2.5, "))
    }

    @Test func `escapes and surrogate pairs are decoded`() throws {
        #expect(try JSON(parsing: #""\u00e9\ud83d\ude00\n""#) == .string("é😀\n"))
    }

    @Test(arguments: [
        "", "{", "[1,]", "{\"a\":1,\"a\":2}", "01", "1 2", "nul", "\"\\ud800\"", "\"a", "1e999",
        "{\"a\" 1}", "\"\u{01}\"", "-", "[1 2]",
    ])
    func `malformed text is refused`(text: String) {
        #expect(throws: JSONError.self) { try JSON(parsing: text) }
    }

    @Test func `deep nesting is refused before the stack is gone`() {
        let text = String(repeating: "[", count: 100_000)
        #expect(throws: JSONError.self) { try JSON(parsing: text) }
    }
}
