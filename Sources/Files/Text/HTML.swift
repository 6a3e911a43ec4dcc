/// A part of a page or of an SVG picture, in which no text stands as markup by mistake: what is
/// interpolated is escaped, unless it is markup itself.
package struct HTML: Sendable, ExpressibleByStringInterpolation {
    /// The markup.
    package let text: String

    /// Markup that was made elsewhere and is known to be some.
    package init(markup text: String) { self.text = text }

    /// Nothing.
    package static let none = HTML(markup: "")

    /// Whether there is nothing.
    package var isEmpty: Bool { text.isEmpty }

    package init(stringLiteral text: String) { self.text = text }

    package init(stringInterpolation interpolation: StringInterpolation) {
        text = interpolation.text
    }

    /// Pieces one after the other.
    package static func + (left: HTML, right: HTML) -> HTML {
        HTML(markup: left.text + right.text)
    }

    /// Builds markup from literals and values.
    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var text = ""

        package init(literalCapacity: Int, interpolationCount: Int) {
            text.reserveCapacity(literalCapacity)
        }

        package mutating func appendLiteral(_ literal: String) { text += literal }

        /// Markup as it stands.
        package mutating func appendInterpolation(_ markup: HTML) { text += markup.text }

        /// Pieces of markup, one after the other.
        package mutating func appendInterpolation(_ pieces: [HTML]) {
            for piece in pieces { text += piece.text }
        }

        /// Escaped text, in attribute values as well.
        package mutating func appendInterpolation(_ text: String) { self.text += HTML.escape(text) }

        /// A whole number.
        package mutating func appendInterpolation(_ number: Int) { text += "\(number)" }
    }

    private static func escape(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            // Control characters have no place in XML, not even escaped.
            case "\u{0}"..."\u{8}", "\u{B}", "\u{C}", "\u{E}"..."\u{1F}", "\u{FFFE}", "\u{FFFF}":
                result += "\u{FFFD}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}

extension [HTML] {
    /// The pieces with something between them.
    package func joined(by separator: String) -> HTML {
        HTML(markup: map(\.text).joined(separator: separator))
    }

    /// Those that are not empty, a line each.
    package var lines: HTML { filter { !$0.isEmpty }.joined(by: "\n") }
}
