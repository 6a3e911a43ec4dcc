internal import Files

/// Which image goes where, by which rule, and how near the shares came.
struct SplitDecision {
    /// The rows of each split, in the order in which they are written.
    let rows: [SplitName: [Int]]
    /// The part of `dataset.json` that describes it.
    let description: [String: JSON]

    /// Decides: splits that come with the images, else groups, else classes alone.
    /// - Parameters:
    ///   - classes: the class number of each row.
    ///   - groups: what stays together, resolved.
    ///   - fixed: the split of each row, where that is given and not drawn.
    init(
        keys: [String], classes: [Int], groups: RowGroups, fixed: [SplitName]?,
        options: PrepareOptions
    ) {
        var facts: [String: JSON] = [:]
        if let fixed {
            facts["rule"] = "given"
            rows = Self.given(fixed, keys)
        } else {
            let ratios = options.ratios ?? .standard
            facts["seed"] = .integer(Int(options.seed))
            facts["ratios"] = .object(
                Dictionary(
                    uniqueKeysWithValues: SplitName.allCases.map {
                        ($0.rawValue, .number(ratios[$0]))
                    }))
            if let names = groups.names {
                facts["rule"] = "grouped"
                facts.merge(groups.description) { $1 }
                rows = GroupedSplit.rows(
                    classes: classes, groups: names, ratios: ratios, seed: options.seed)
            } else {
                facts["rule"] = "stratified"
                rows = StratifiedSplit.rows(classes: classes, ratios: ratios, seed: options.seed)
            }
            facts["largest_deviation"] = Self.largestDeviation(rows, classes, ratios)
        }
        description = facts
    }

    private static func given(_ fixed: [SplitName], _ keys: [String]) -> [SplitName: [Int]] {
        var rows: [SplitName: [Int]] = [:]
        let sorted = keys.indices.sorted {
            keys[$0].utf8.lexicographicallyPrecedes(keys[$1].utf8)
        }
        for row in sorted { rows[fixed[row], default: []].append(row) }
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
