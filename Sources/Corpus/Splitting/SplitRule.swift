/// How the images are divided into training, validation and test.
public enum SplitRule: Sendable, Equatable {
    /// Shares of each class.
    case ratios(SplitRatios)
    /// Numbers of images.
    case counts(SplitCounts)
    /// The splits that the input has.
    case keep
    /// The splits in a column of the manifest.
    case column(String)
    /// The splits in a file, `key<TAB>split` a line.
    case list(String)

    /// Reads `0.6,0.2,0.2` (shares), `100,20,20` (images), `keep`, `column:NAME` or `list:FILE`.
    public init(parsing text: String) throws(CorpusError) {
        if text == "keep" {
            self = .keep
        } else if let name = text.rest(after: "column:") {
            guard !name.isEmpty else {
                throw .argument("split \(text): the name of a column must follow")
            }
            self = .column(name)
        } else if let file = text.rest(after: "list:") {
            guard !file.isEmpty else {
                throw .argument("split \(text): the path of a list must follow")
            }
            self = .list(file)
        } else if let counts = try SplitCounts(parsing: text) {
            self = .counts(counts)
        } else {
            self = .ratios(try SplitRatios(parsing: text))
        }
    }
}

extension String {
    /// What follows a prefix; nil when the text does not begin with it.
    func rest(after prefix: String) -> String? {
        hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
    }
}
