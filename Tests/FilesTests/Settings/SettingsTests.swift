import CambiumFiles
import Testing

@Suite struct SettingsTests {
    @Test func `values are read by type, overrides laid over them`() throws {
        let text = "A: 1\nB:\n  C: 1e-5\n  D: [true, false]\nE: ~\n"
        let settings = try Settings(text: text, file: "f", overrides: ["B.F=0.5", "A=7"])
        #expect(try settings.integer("A") == 7)
        let inner = try #require(try settings.settings("B"))
        #expect(try inner.double("C") == 1e-5)
        #expect(try inner.bools("D") == [true, false])
        #expect(try inner.double("F") == 0.5)
        #expect(try settings.string("E") == nil)
        try settings.finish()
    }

    @Test func `an unknown key is an error with its line and the nearest known one`() throws {
        let settings = try Settings(text: "A: 1\nB:\n  DROP_PATH_RAET: 0.1\n", file: "f.yaml")
        _ = try settings.integer("A")
        _ = try settings.settings("B")?.double("DROP_PATH_RATE")
        #expect {
            try settings.finish()
        } throws: {
            "\($0)" == "f.yaml:3: unknown key B.DROP_PATH_RAET; did you mean DROP_PATH_RATE?"
        }
    }

    @Test(arguments: ["A: [", "- 1", "A: 1\nA: 2"])
    func `what is no mapping or says a thing twice is refused`(text: String) {
        #expect(throws: SettingsError.self) { try Settings(text: text, file: "f") }
    }

    @Test func `a wrong type names the key and the line`() throws {
        let settings = try Settings(text: "x: 1\nA: many\n", file: "f")
        #expect {
            try settings.integer("A")
        } throws: {
            "\($0)" == "f:2: A must be a whole number"
        }
    }
}
