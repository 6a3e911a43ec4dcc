internal import CambiumFiles

/// The group of every row, resolved: what must not be divided between splits.
struct RowGroups {
    /// A name a row; nil: rows are free of each other. A row without a group has a name that no
    /// other row has; see ``isAlone(_:)``.
    var names: [String]?
    /// What `dataset.json` says of them, under `split`.
    var description: [String: JSON] = [:]
    /// The groups, united where duplicates hold them together.
    private var united: [String]?
    /// Rows whose source names no group although others' do.
    private(set) var alone = 0

    /// Rows without groups.
    init() {}

    /// Applies a rule to the images. Without a rule the groups are those that come with the
    /// images, if any does. Images without a group stand alone, but pictures of one file (frames,
    /// slices) are a group then.
    init(_ items: [PrepareItem], rule: GroupRule?) throws(CorpusError) {
        let given = items.contains { $0.group != nil }
        let several = items.contains { $0.whole != nil }
        guard rule?.refusesGroups != true, rule != nil || given || several else { return }
        var names: [String] = []
        names.reserveCapacity(items.count)
        if rule?.dicomIdentifier != nil, !given {
            throw .argument(
                "group rule \(rule?.text ?? ""): no image is a DICOM file that has one")
        }
        for (row, item) in items.enumerated() {
            if let rule, !rule.takesGivenGroups, rule.dicomIdentifier == nil {
                names.append(try rule.group(key: item.key, outer: item.outerFolders))
            } else if let group = item.group ?? item.whole {
                names.append(group)
            } else {
                alone += rule != nil || given ? 1 : 0
                names.append("\(Self.mark)\(row)")
            }
        }
        self.names = names
        description = [
            "group_by": .string(rule?.text ?? (given ? "given" : "file")),
            "groups": .integer(Set(names).count),
        ]
        if alone > 0 { description["images_without_group"] = .integer(alone) }
    }

    /// A name a row for what a split keeps whole; nil: rows are free of each other.
    var units: [String]? { united ?? names }

    /// Unites groups, and rows without one, that share duplicates.
    mutating func unite(_ duplicates: Duplicates, count: Int) {
        guard !duplicates.clusters.isEmpty else { return }
        united = duplicates.unite(names ?? (0..<count).map { "\(Self.mark)\($0)" })
        description["duplicates_together"] = true
    }

    /// Before the made-up name of a row that stands alone; no name from a file has it.
    private static let mark = "\u{0}"

    /// Whether a name was made up for a row without a group.
    static func isAlone(_ name: String) -> Bool { name.hasPrefix(mark) }

    /// Groups that given splits divide: how many, and the first by name.
    func divided(by fixed: [SplitName]) -> (count: Int, first: String)? {
        guard let names else { return nil }
        var known: [String: SplitName] = [:]
        var divided: Set<String> = []
        for (name, split) in zip(names, fixed) {
            if known.updateValue(split, forKey: name) ?? split != split { divided.insert(name) }
        }
        let first = divided.min { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        return first.map { (divided.count, $0) }
    }
}
