import CambiumFiles
import CambiumPipelines
import Testing

@Suite struct TemplateTests {
    @Test(
        arguments: [
            ("", []), ("plain", [.text("plain")]), ("${a}", [.reference("a")]),
            ("x${a}/y", [.text("x"), .reference("a"), .text("/y")]),
            ("${a}${b}", [.reference("a"), .reference("b")]),
            ("$${a}", [.text("${a}")]), ("$$${a}", [.text("$${a}")]),
            ("$a $ {} }", [.text("$a $ {} }")]), ("${}", [.reference("")]),
            ("é${ä ö}", [.text("é"), .reference("ä ö")]), ("$", [.text("$")]),
            ("${a${b}", [.reference("a${b")]),
        ] as [(String, [Template.Part])])
    func `a word is text and references`(word: String, parts: [Template.Part]) throws {
        #expect(try #require(Template(word)).parts == parts)
    }

    @Test(arguments: ["${", "x${a", "${a}${", "a$${b} ${c"])
    func `a reference without its end is none`(word: String) {
        #expect(Template(word) == nil)
    }

    @Test func `every word of parts is filled with their values`() throws {
        var generator = SeededGenerator(seed: 18)
        let texts = ["a", " ", "$", "{", "}", "/", "ü"]
        for _ in 0..<500 {
            var (word, filled, names) = ("", "", [String]())
            for _ in 0..<generator.index(below: 6) {
                if generator.index(below: 2) == 0 {
                    let name = "n\(generator.index(below: 9))"
                    // A dollar before would make the reference plain text.
                    if word.hasSuffix("$") { (word, filled) = (word + "-", filled + "-") }
                    (word, filled) = (word + "${\(name)}", filled + "<\(name)>")
                    names.append(name)
                } else {
                    let text = texts[generator.index(below: texts.count)]
                    // Nor must text make a reference.
                    if word.hasSuffix("$"), text == "{" { continue }
                    (word, filled) = (word + text, filled + text)
                }
            }
            let template = try #require(Template(word))
            #expect(template.filled { "<\($0)>" } == filled && template.references == names)
        }
    }
}
