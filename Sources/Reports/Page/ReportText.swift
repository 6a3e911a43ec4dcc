internal import CambiumEvaluation
internal import Foundation

/// Words and numbers as the report prints them.
package enum ReportText {
    /// Text for a cell of a Markdown table.
    static func markdown(_ text: String) -> String {
        var result = ""
        for character in text {
            if "\\`*_{}[]<>#|~".contains(character) { result += "\\" }
            result += character.isNewline ? " " : String(character)
        }
        return result
    }

    /// A field of a comma-separated file (RFC 4180).
    static func csv(_ text: String) -> String {
        guard text.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return text }
        return "\"" + text.replacingOccurrences(of: "\"", with: "\"\"") + "\""
    }

    /// Three decimals, or a dash for what is undefined.
    static func number(_ value: Double?) -> String {
        value.map { String(format: "%.3f", $0) } ?? "–"
    }

    /// Three digits that count, for values that may be tiny.
    static func significant(_ value: Double?) -> String {
        value.map { String(format: "%.3g", $0) } ?? "–"
    }

    static func percent(_ share: Double) -> String { String(format: "%.1f %%", 100 * share) }

    /// A confidence level, without decimals it does not have.
    static func level(_ share: Double) -> String { String(format: "%g %%", 100 * share) }

    static func interval(_ interval: Interval) -> String {
        String(format: "%.3f to %.3f", interval.lower, interval.upper)
    }

    /// A coordinate.
    static func point(_ value: Double) -> String { String(format: "%.1f", value) }

    /// At most `limit` characters, the middle left out.
    package static func shorten(_ text: String, to limit: Int) -> String {
        guard text.count > limit else { return text }
        return text.prefix(limit / 2) + "…" + text.suffix(limit - limit / 2 - 1)
    }
}
