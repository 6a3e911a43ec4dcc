internal import Files

/// Which image goes where, by which rule, and how near the shares came.
struct SplitDecision {
    /// The rows of each split, in the order in which they are written.
    let rows: [SplitName: [Int]]
    /// The part of `dataset.json` that describes it.
    let description: [String: JSON]

    /// Decides: splits that come with the images, else groups, else classes alone.
    init(
        _ items: [PrepareItem], classes: [Int], options: PrepareOptions, groupBy: String?
    ) throws(CorpusError) {
        var facts: [String: JSON] = [:]
        if items.allSatisfy({ $0.split != nil }) {
            facts["rule"] = "given"
            rows = Self.given(items)
        } else {
            let ratios = options.ratios ?? .standard
            facts["seed"] = .integer(Int(options.seed))
            facts["ratios"] = .object(
                Dictionary(
                    uniqueKeysWithValues: SplitName.allCases.map {
                        ($0.rawValue, .number(ratios[$0]))
                    }))
            if let groupBy {
                let rule = try GroupRule(parsing: groupBy)
                var groups: [String] = []
                for item in items {
                    groups.append(try rule.group(key: item.key, outer: item.outerFolders))
                }
                facts["rule"] = "grouped"
                facts["group_by"] = .string(rule.text)
                facts["groups"] = .integer(Set(groups).count)
                rows = GroupedSplit.rows(
                    classes: classes, groups: groups, ratios: ratios, seed: options.seed)
            } else {
                facts["rule"] = "stratified"
                rows = StratifiedSplit.rows(classes: classes, ratios: ratios, seed: options.seed)
            }
            facts["largest_deviation"] = Self.largestDeviation(rows, classes, ratios)
        }
        description = facts
    }

    private static func given(_ items: [PrepareItem]) -> [SplitName: [Int]] {
        var rows: [SplitName: [Int]] = [:]
        let sorted = items.indices.sorted {
            items[$0].key.utf8.lexicographicallyPrecedes(items[$1].key.utf8)
        }
        for row in sorted {
            if let split = items[row].split { rows[split, default: []].append(row) }
        }
        return rows
    }

    /// The class and split whose share is furthest from what was asked.
    private static func largestDeviation(
        _ rows: [SplitName: [Int]], _ classes: [Int], _ ratios: SplitRatios
    ) -> JSON {
        let sizes = classes.reduce(into: [Int: Int]()) { $0[$1, default: 0] += 1 }
        var worst = 0.0
        for split in SplitName.allCases {
            let counts = (rows[split] ?? []).reduce(into: [Int: Int]()) {
                $0[classes[$1], default: 0] += 1
            }
            for (number, size) in sizes {
                let share = Double(counts[number] ?? 0) / Double(size)
                worst = max(worst, abs(share - ratios[split]))
            }
        }
        return .number((worst * 1e6).rounded() / 1e6)
    }
}
