internal import CambiumFiles

/// What `cambium validate` is asked to do.
public struct ValidationOptions: Sendable {
    /// The data set's folder.
    public var path: String
    /// How an image's group is found; nil: `groups.tsv`, or the rule in `dataset.json`.
    public var groupBy: String?
    /// Whether images are decoded and compared.
    public var decodesImages = true
    /// Classes with fewer images are told.
    public var fewImages = 10
    /// Threads; the result does not depend on it.
    public var workers = 1

    /// The options that have no default.
    public init(path: String) { self.path = path }
}

/// Checks a data set, ours or another program's, from its files alone: everything that is wrong is
/// found, not only the first. Nothing is written.
public struct Validation {
    private let options: ValidationOptions
    private let rule: GroupRule?

    /// Checks the options.
    public init(_ options: ValidationOptions) throws(CorpusError) {
        rule = try options.groupBy.map { text throws(CorpusError) in
            try GroupRule(parsing: text)
        }
        guard FileSystem.kind(options.path) == .folder else {
            throw .file(.missing(path: options.path))
        }
        self.options = options
    }

    /// Does the work. `progress` hears of every image.
    /// - Throws: when the folder is no data set, or a temporary file cannot be written.
    public func run(
        progress: (PrepareProgress) -> Void = { _ in }
    ) throws(CorpusError) -> ValidationReport {
        let tables = try DataSetTables(options.path)
        var findings = tables.findings
        var scan = try DataSetScan(decodes: options.decodesImages, workers: options.workers)
        for split in tables.splits {
            guard let images = split.images else { continue }
            try scan.add(split.name, images, labels: split.labels) {
                progress(PrepareProgress(done: $0, total: tables.imageCount))
            }
        }
        findings += scan.findings
        findings += KeyCheck(tables, scan.rows).findings
        findings += ManifestCheck(tables, scan.rows).findings
        findings += ClassCheck(tables, scan.rows, few: options.fewImages).findings
        var unchecked: [String] = []
        let groups = try GroupCheck(tables, scan.rows, rule: rule)
        findings += groups.findings
        if options.decodesImages {
            let duplicates = try scan.duplicates()
            findings += DuplicateCheck(duplicates, scan, tables.manifest).findings
            unchecked += duplicates.unchecked
        } else {
            unchecked.append("images: not decoded and not compared, as asked")
        }
        if groups.members == nil { unchecked.append("groups: none known; give --group-by") }
        let order = Dictionary(
            uniqueKeysWithValues: ValidationCode.allCases.enumerated().map { ($1, $0) })
        // Stable by construction: findings of one code keep their order.
        let sorted = findings.enumerated().sorted {
            (order[$0.element.code] ?? 0, $0.offset) < (order[$1.element.code] ?? 0, $1.offset)
        }.map(\.element)
        let counts = scan.rows.reduce(into: [SplitName: Int]()) { $0[$1.split, default: 0] += 1 }
        return ValidationReport(
            path: options.path,
            images: SplitName.allCases.compactMap { name in counts[name].map { (name, $0) } },
            findings: sorted, unchecked: unchecked)
    }
}

extension Duplicates {
    /// What the search did not look at.
    var unchecked: [String] {
        var sentences: [String] = []
        if withoutStructure > 0 {
            sentences.append(
                "near duplicates: \(withoutStructure) image\(withoutStructure.ending) of one "
                    + "colour only compared pixel by pixel")
        }
        if skipped > 0 {
            sentences.append(
                "near duplicates: \(skipped) comparison\(skipped.ending) left out among thousands "
                    + "of images that are alike")
        }
        return sentences
    }
}
