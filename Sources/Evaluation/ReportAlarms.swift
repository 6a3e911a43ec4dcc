internal import Files

/// What makes a result one that must not be published as it is.
struct ReportAlarms {
    /// A sentence each.
    let sentences: [String]

    init(_ json: JSON) {
        sentences = []
    }

    /// The sentences in red; nothing where there is none.
    static func box(_ sentences: [String]) -> String {
        guard !sentences.isEmpty else { return "" }
        let lines = sentences.map { "<p>\(ReportText.escape($0))</p>" }
        return "<div class=\"alarm\" role=\"alert\">\(lines.joined())</div>\n"
    }
}
