/// A word in which `${NAME}` stands for something; `$${` is a plain `${`.
package struct Template {
    /// Text as it stands, or a name.
    package enum Part: Equatable, Sendable {
        case text(String)
        case reference(String)
    }

    /// What it is made of.
    package let parts: [Part]

    /// Nil where a `${` has no `}`.
    package init?(_ word: String) {
        var parts: [Part] = []
        var text = ""
        var rest = word[...]
        while let character = rest.first {
            if rest.hasPrefix("$${") {
                text += "${"
                rest = rest.dropFirst(3)
            } else if rest.hasPrefix("${") {
                guard let end = rest.firstIndex(of: "}") else { return nil }
                if !text.isEmpty { parts.append(.text(text)) }
                text = ""
                parts.append(.reference(String(rest[..<end].dropFirst(2))))
                rest = rest[rest.index(after: end)...]
            } else {
                text.append(character)
                rest = rest.dropFirst()
            }
        }
        self.parts = parts + (text.isEmpty ? [] : [.text(text)])
    }

    /// The names that stand in it.
    package var references: [String] {
        parts.compactMap { if case .reference(let name) = $0 { name } else { nil } }
    }

    /// The word with the value of each name.
    package func filled<Failure: Error>(
        _ value: (String) throws(Failure) -> String
    ) throws(Failure) -> String {
        var word = ""
        for part in parts {
            switch part {
            case .text(let text): word += text
            case .reference(let name): word += try value(name)
            }
        }
        return word
    }
}
