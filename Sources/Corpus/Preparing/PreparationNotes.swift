import CambiumFiles

/// What the user should know although the data set is complete.
extension PreparedDataSet {
    var notes: [String] {
        mixedReadings + emptySplits + missingClasses + deviation + groupNotes + fileNotes
            + duplicateNotes
            + unexpectedCounts
            + encoded.warnings.sorted { $0.key < $1.key }.map { warning, keys in
                "\(keys.count) image\(keys.count.ending): \(warning) (first: \(keys[0]))"
            }
    }

    /// More classes than this are only counted: captions are often unlike each other.
    private static let mostNamed = 50

    /// Splits that were asked for and have no image.
    private var emptySplits: [String] {
        guard let asked = split.asked else { return [] }
        return SplitName.allCases.filter { asked[$0] > 0 && (split.rows[$0] ?? []).isEmpty }.map {
            "\($0.rawValue) is empty: its classes have too few images for it, or their groups are "
                + "too large"
        }
    }

    /// Classes that a split does not have, because they are too small or their groups too large.
    private var missingClasses: [String] {
        let inClasses = ClassCounts(self)
        return counts.flatMap { name, _ in
            let images = inClasses.images[name] ?? []
            let missing = images.indices.filter { images[$0] == 0 }
            guard missing.count <= Self.mostNamed else {
                return [
                    "\(missing.count) of \(classes.texts.count) classes have no image in "
                        + "\(name.rawValue) (first: \"\(classes.texts[missing[0]])\")"
                ]
            }
            return missing.map { number in
                let count = inClasses.total(number)
                return "class \"\(classes.texts[number])\" (\(count) image\(count.ending)) "
                    + "has none in \(name.rawValue)"
            }
        }
    }

    /// The class and split that are furthest from what was asked, where groups limit it.
    private var deviation: [String] {
        guard split.isGrouped, let asked = split.asked else { return [] }
        var worst: (class: Int, name: SplitName, value: Double)?
        for (number, shares) in split.deviations(classOfRow).sorted(by: { $0.key < $1.key }) {
            for (name, value) in zip(SplitName.allCases, shares)
            where abs(value) > abs(worst?.value ?? 0) {
                worst = (number, name, value)
            }
        }
        guard let worst else { return [] }
        let found = Self.percent(asked[worst.name] + worst.value)
        guard found != Self.percent(asked[worst.name]) else { return [] }
        return [
            "groups are kept whole: \(found) of class \"\(classes.texts[worst.class])\" in "
                + "\(worst.name.rawValue), where \(Self.percent(asked[worst.name])) were asked; "
                + "no class is further off"
        ]
    }

    private var groupNotes: [String] {
        var notes: [String] = []
        let groups = splitRows.groups
        if groups.alone > 0 {
            notes.append(
                "\(groups.alone) image\(groups.alone.ending) without a group; each stands alone")
        }
        if let fixed = splitRows.fixed, let divided = groups.divided(by: fixed) {
            notes.append(
                "\(divided.count) group\(divided.count.ending) in more than one split "
                    + "(first: \(shown(divided.first))): what is tested was seen in training")
        }
        return notes
    }

    /// Images that became grey levels in different ways.
    private var mixedReadings: [String] {
        guard source.inherited[DataSetFolder.recipesKey] != nil else { return [] }
        return [
            "the data sets were prepared by different intensity recipes (recipes in dataset.json); "
                + "no recipe travels with a model that learns from them"
        ]
    }

    /// What became of files of several pictures.
    private var fileNotes: [String] {
        var splits: [String: Set<SplitName>] = [:]
        for (name, rows) in split.rows {
            for row in rows {
                guard let whole = entries[row].item.whole else { continue }
                splits[whole, default: []].insert(name)
            }
        }
        guard !splits.isEmpty else { return [] }
        let several = "\(splits.count) file\(splits.count.ending) of several frames or slices"
        let divided = splits.filter { $0.value.count > 1 }.keys
        // Given splits: told as a divided group.
        guard divided.isEmpty || splitRows.fixed == nil else { return [] }
        guard let first = divided.min(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) else {
            return ["\(several): those of one file stand in one split"]
        }
        return [
            "\(several): \(divided.count) in more than one split (first: \(first)): what is "
                + "tested was seen in training"
        ]
    }

    private static func percent(_ share: Double) -> String {
        "\((share * 1000).rounded() / 10) %"
    }

    private var unexpectedCounts: [String] {
        var found = ["images": counts.reduce(0) { $0 + $1.count }, "classes": classes.texts.count]
        for name in SplitName.allCases { found[name.rawValue] = split.rows[name]?.count ?? 0 }
        return plan.configuration.expected.sorted { $0.key < $1.key }.compactMap { key, expected in
            guard let count = found[key], count != expected else { return nil }
            return "\(key): \(count), but the configuration expects \(expected)"
        }
    }
}
