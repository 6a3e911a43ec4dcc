/// What the user should know although the data set is complete.
extension PreparedDataSet {
    var notes: [String] {
        missingClasses + unexpectedCounts
            + encoded.warnings.sorted { $0.key < $1.key }.map { warning, keys in
                "\(keys.count) image\(keys.count.ending): \(warning) (first: \(keys[0]))"
            }
    }

    /// Classes that a split does not have, because they are too small or their groups too large.
    private var missingClasses: [String] {
        let inClasses = ClassCounts(self)
        return counts.flatMap { name, _ in
            let images = inClasses.images[name] ?? []
            return images.indices.filter { images[$0] == 0 }.map { number in
                let count = inClasses.total(number)
                return "class \"\(classes.texts[number])\" (\(count) image\(count.ending)) "
                    + "has none in \(name.rawValue)"
            }
        }
    }

    private var unexpectedCounts: [String] {
        var found = ["images": entries.count, "classes": classes.texts.count]
        for name in SplitName.allCases { found[name.rawValue] = split.rows[name]?.count ?? 0 }
        return configuration.expected.sorted { $0.key < $1.key }.compactMap { key, expected in
            guard let count = found[key], count != expected else { return nil }
            return "\(key): \(count), but the configuration expects \(expected)"
        }
    }
}
