package import CambiumFiles

/// One line of what `doctor` and `inspect` tell: a name, a sentence for people, and the same for
/// programs.
package struct Finding {
    package let name: String
    package let text: String
    package let json: JSON

    package init(_ name: String, _ text: String, _ json: JSON) {
        (self.name, self.text, self.json) = (name, text, json)
    }

    package init(_ name: String, _ text: String) { self.init(name, text, .string(text)) }

    package init(_ name: String, count: Int) {
        self.init(name, Amount.grouped(count), .integer(count))
    }
}

extension [Finding] {
    /// Names and sentences in two columns.
    package var table: String {
        let width = map(\.name.count).max() ?? 0
        return map { finding in
            let name = finding.name.replacing("_", with: " ")
            return name + String(repeating: " ", count: width - name.count + 2)
                + finding.text.onOneLine
        }.joined(separator: "\n")
    }

    /// An object with a member for each finding.
    package var json: [String: JSON] {
        Dictionary(map { ($0.name, $0.json) }, uniquingKeysWith: { _, last in last })
    }
}
