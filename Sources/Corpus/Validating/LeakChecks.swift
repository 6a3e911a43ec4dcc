internal import CambiumFiles
internal import CambiumImaging

/// Groups (patients, examinations), and those that stand in more than one split.
struct GroupCheck {
    private(set) var findings: [ValidationFinding] = []
    /// The rows of each known group, by its name; nil when none is known.
    private(set) var members: [(group: String, rows: [Int])]?

    init(
        _ tables: DataSetTables, _ rows: [ScannedRow], rule: GroupRule?
    ) throws(CorpusError) {
        guard let groups = try groups(tables, rows, rule) else { return }
        var found: [String: [Int]] = [:]
        for (row, group) in groups.enumerated() {
            if let group { found[group, default: []].append(row) }
        }
        let members = found.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            .map { (group: $0.key, rows: $0.value) }
        self.members = members
        for (group, numbers) in members {
            let counts = SplitName.allCases.compactMap { split -> String? in
                let count = numbers.count { rows[$0].split == split }
                return count == 0 ? nil : "\(split.rawValue) \(count)"
            }
            guard counts.count > 1 else { continue }
            let first = rows[numbers[0]]
            findings.append(
                ValidationFinding(
                    code: .groupAcrossSplits, place: first.place, key: first.key,
                    message: "group \"\(group)\" stands in \(counts.count) splits: "
                        + counts.joined(separator: ", ")))
        }
    }

    /// The group of each row, by the rule given, `groups.tsv`, or the rule of `dataset.json`.
    private mutating func groups(
        _ tables: DataSetTables, _ rows: [ScannedRow], _ rule: GroupRule?
    ) throws(CorpusError) -> [String?]? {
        if let rule { return grouped(rows, rule) }
        let file = "\(tables.path)/groups.tsv"
        if FileSystem.kind(file) == .file {
            let table = try TSVReader(scanning: file)
            var groups: [String: String] = [:]
            for row in 0..<table.count { groups[try table.key(row)] = try table.value(row) }
            return rows.map { groups[$0.key] }
        }
        guard let text = tables.manifest?["split"]?["group_by"]?.string,
            let rule = try? GroupRule(parsing: text)
        else { return nil }
        return grouped(rows, rule)
    }

    private mutating func grouped(_ rows: [ScannedRow], _ rule: GroupRule) -> [String?]? {
        var unfit: (row: ScannedRow, reason: String)?
        var count = 0
        let groups = rows.map { row -> String? in
            do throws(CorpusError) { return try rule.group(key: row.key, outer: "") } catch {
                count += 1
                unfit = unfit ?? (row, error.reason)
                return nil
            }
        }
        if let unfit {
            findings.append(
                ValidationFinding(
                    code: .groupsUnknown, place: unfit.row.place, key: unfit.row.key,
                    message: "\(count) image\(count.ending) without a group; the first: "
                        + unfit.reason))
        }
        return count == rows.count ? nil : groups
    }
}

/// Images that show the same, across splits, across classes or side by side.
struct DuplicateCheck {
    private(set) var findings: [ValidationFinding] = []

    /// - Parameter manifest: `dataset.json`. Where the preparation was asked to tell duplicates and
    ///   leave them where they are, those across splits are told again, not complained about.
    init(_ duplicates: Duplicates, _ scan: DataSetScan, _ manifest: JSON?) {
        let isReported =
            manifest?["duplicates"]?["rule"]?.string == DuplicateRule.report.rawValue
            && manifest?["split"]?["rule"]?.string != "given"
        let hashes = Dictionary(uniqueKeysWithValues: zip(scan.decoded, scan.store.pixels))
        for cluster in duplicates.clusters {
            let rows = cluster.rows.map { scan.rows[$0] }
            let copies = Dictionary(grouping: cluster.rows) { hashes[$0] }.values
                .map { $0.map { scan.rows[$0] } }
            let splits = Set(rows.map(\.split)).count
            let classes = Self.classes(rows)
            if splits > 1 {
                let isExact = copies.contains { Set($0.map(\.split)).count > 1 }
                let code: ValidationCode =
                    isReported
                    ? isExact ? .exactAcrossSplitsReported : .nearAcrossSplitsReported
                    : isExact ? .exactAcrossSplits : .nearAcrossSplits
                note(
                    code, rows,
                    "in \(splits) splits"
                        + (isReported ? ", as prepared with --duplicates report" : ""))
            }
            if classes > 1 {
                let isExact = copies.contains { Self.classes($0) > 1 }
                note(
                    isExact ? .exactAcrossClasses : .nearAcrossClasses, rows,
                    "in \(classes) classes")
            }
            if splits == 1, classes <= 1 {
                note(cluster.isExact ? .exactCopies : .nearCopies, rows, "in one split and class")
            }
        }
    }

    private static func classes(_ rows: [ScannedRow]) -> Int {
        Set(rows.compactMap { $0.label?.className }).count
    }

    private mutating func note(_ code: ValidationCode, _ rows: [ScannedRow], _ what: String) {
        let isExact = [
            .exactAcrossSplits, .exactAcrossSplitsReported, .exactAcrossClasses, .exactCopies,
        ].contains(code)
        let shown = rows.prefix(4).map { row in
            let label = row.label.map { " (\($0.className))" } ?? ""
            return "\(row.split.rawValue) \(row.key)\(label)"
        }
        let rest = rows.count > shown.count ? ", and \(rows.count - shown.count) more" : ""
        findings.append(
            ValidationFinding(
                code: code, place: rows[0].place, key: rows[0].key,
                message:
                    "\(rows.count) images with \(isExact ? "equal pixels" : "the same content")"
                    + " \(what): \(shown.joined(separator: ", "))\(rest)"))
    }
}
