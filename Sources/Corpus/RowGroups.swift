internal import Files

/// The group of every row, resolved: what must not be divided between splits.
struct RowGroups {
    /// A name a row; nil: rows are free of each other.
    var names: [String]?
    /// What `dataset.json` says of them, under `split`.
    var description: [String: JSON] = [:]

    /// Applies a rule to the images; without a rule there are no groups.
    init(_ items: [PrepareItem], rule: GroupRule?) throws(CorpusError) {
        guard let rule else { return }
        var names: [String] = []
        names.reserveCapacity(items.count)
        for item in items { names.append(try rule.group(of: item)) }
        self.names = names
        description = [
            "group_by": .string(rule.text), "groups": .integer(Set(names).count),
        ]
    }
}

extension GroupRule {
    /// The group of an image.
    func group(of item: PrepareItem) throws(CorpusError) -> String {
        if dicomIdentifier != nil, let group = item.group { return group }
        return try group(key: item.key, outer: item.outerFolders)
    }
}
