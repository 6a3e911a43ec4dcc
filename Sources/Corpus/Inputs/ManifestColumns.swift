import CambiumFiles

/// Which column of a manifest holds what, found by the names in its first record.
struct ManifestColumns {
    let path: Int
    let text: Int
    /// Whether the texts describe images one by one.
    let isCaption: Bool
    let group: Int?
    let split: Int?
    /// Columns in a record.
    let count: Int

    private static let pathNames = [
        "path", "image", "file", "filename", "file_name", "image_path",
    ]
    private static let labelNames = ["label", "class"]
    private static let captionNames = ["caption", "text"]
    private static let groupNames = ["group", "patient", "patient_id"]

    /// Columns that the user named; nil: found by their usual names.
    struct Named {
        var group: String?
        var split: String?
    }

    /// - Throws: for a column that is missing, with what was found.
    init(
        _ names: [String], file: String, line: Int, named: Named
    ) throws(CorpusError) {
        let header = Header(names: names, file: file, line: line)
        path = try header.require(Self.pathNames, "the images' paths")
        let texts = Self.labelNames + Self.captionNames
        text = try header.require(texts, "the labels or captions")
        isCaption = Self.captionNames.contains(header.names[text])
        if let name = named.group {
            group = try header.require([name], "the groups")
        } else {
            group = try header.find(Self.groupNames)
        }
        if let name = named.split {
            split = try header.require([name], "the splits")
        } else {
            split = try header.find(["split"])
        }
        count = names.count
    }
}

private struct Header {
    let names: [String]
    private let shownNames: String
    private let file: String
    private let line: Int

    init(names: [String], file: String, line: Int) {
        self.names = names.map(Self.normal)
        shownNames = names.prefix(20).map { shown($0) }.joined(separator: ", ")
        (self.file, self.line) = (file, line)
    }

    static func normal(_ name: String) -> String { name.trimmedSpace.lowercased() }

    /// The first of these names that there is.
    func find(_ candidates: [String]) throws(CorpusError) -> Int? {
        for name in candidates.map(Self.normal) {
            let places = names.indices.filter { names[$0] == name }
            guard places.count < 2 else {
                throw .row(
                    file: file, line: line,
                    reason: "two columns are called \(shown(name)); rename one")
            }
            if let place = places.first { return place }
        }
        return nil
    }

    func require(_ candidates: [String], _ what: String) throws(CorpusError) -> Int {
        if let place = try find(candidates) { return place }
        let wanted = candidates.map { shown($0) }.joined(separator: ", ")
        var reason = "no column for \(what) (\(wanted)); found: \(shownNames)"
        for name in candidates {
            guard let near = NearestName.of(name, in: names.filter { !$0.isEmpty }) else {
                continue
            }
            reason += "; rename \(shown(near)) to \(shown(name)) if that is it"
            break
        }
        throw .row(file: file, line: line, reason: reason)
    }
}

extension String {
    /// The text without spaces and line breaks at its ends.
    var trimmedSpace: String {
        let isSpace: (Character) -> Bool = { $0.isWhitespace }
        let start = drop(while: isSpace)
        let end = start.lastIndex { !isSpace($0) }
        return end.map { String(start[...$0]) } ?? ""
    }
}
