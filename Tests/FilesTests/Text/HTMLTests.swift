import CambiumFiles
import Testing

@Suite struct HTMLTests {
    @Test func `text is escaped, markup and literals stay as they are`() {
        let name = #"<b title="x">&'"#
        let inner: HTML = "<i>\(name)</i>"
        let whole: HTML = "<p>\(inner)\(["<br>", "\(3)"] as [HTML])</p>"
        #expect(
            whole.text == "<p><i>&lt;b title=&quot;x&quot;&gt;&amp;&#39;</i><br>3</p>")
    }

    @Test func `a control character, which XML cannot hold, is replaced`() {
        #expect(("\("a\u{1}b\tc")" as HTML).text == "a\u{FFFD}b\tc")
    }

    @Test func `of the control characters only white space is XML's`() {
        for value in Array(UInt32(0)..<0x20) + [0xFFFD, 0xFFFE, 0xFFFF] {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let isAllowed = [0x09, 0x0A, 0x0D, 0xFFFD].contains(value)
            let expected = isAllowed ? String(Character(scalar)) : "\u{FFFD}"
            #expect(("\(String(Character(scalar)))" as HTML).text == expected, "\(value)")
        }
    }

    @Test func `pieces join with a separator, empty ones are left out of lines`() {
        let pieces: [HTML] = ["a", .none, "b"]
        #expect(pieces.joined(by: ", ").text == "a, , b")
        #expect(pieces.lines.text == "a\nb" && HTML.none.isEmpty)
    }
}
