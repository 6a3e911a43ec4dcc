internal import CambiumFiles
internal import CambiumImaging

/// The images of a preparation that show the same, and what was done about them.
struct PreparedDuplicates {
    let rule: DuplicateRule
    /// The clusters among the rows of the data set.
    let found: Duplicates
    /// Copies that are left out.
    let dropped: Int
    /// Clusters that a split would have divided if they were not kept together; nil where it was
    /// not tried.
    let wouldCross: Int?

    /// Copies within a class that shall be left out: their number among the encoded images, and
    /// the key of the image they equal.
    static func copies(_ encoded: EncodedImages, _ options: PrepareOptions) -> [Int: String] {
        guard options.duplicates == .drop else { return [:] }
        var first: [PixelHash: [String: String]] = [:]
        var copies: [Int: String] = [:]
        for (row, entry) in encoded.entries.enumerated() {
            let (hash, text) = (encoded.fingerprints.pixels[row], entry.item.classText)
            if let key = first[hash]?[text] {
                copies[row] = key
            } else {
                first[hash, default: [:]][text] = entry.item.key
            }
        }
        return copies
    }

    /// Finds the duplicates among the chosen images and, where they shall stay together, unites
    /// their groups before the split is decided.
    init(
        _ encoded: EncodedImages, rows: [Int], dropped: Int, _ splitRows: inout SplitRows,
        _ options: PrepareOptions
    ) throws(CorpusError) {
        let isGiven = splitRows.fixed != nil
        let usual = options.compatibility == nil ? DuplicateRule.together : .report
        rule = isGiven && options.duplicates != .drop ? .report : options.duplicates ?? usual
        self.dropped = dropped
        found = try Duplicates(encoded.fingerprints, rows: rows, workers: options.workers)
        guard rule != .report, !isGiven, !found.clusters.isEmpty else {
            wouldCross = nil
            return
        }
        wouldCross =
            options.folds == nil
            ? found.crossing(
                try SplitDecision(splitRows, options: options, sortsFixed: false).rows) : nil
        splitRows.groups.unite(found, count: rows.count)
    }
}

/// The split of each row, a byte a row.
private struct SplitOfRow {
    private var numbers: [UInt8] = []

    init(_ rows: [SplitName: [Int]]) {
        let count = (rows.values.lazy.compactMap { $0.max() }.max() ?? -1) + 1
        numbers = Array(repeating: 0, count: count)
        for (number, name) in SplitName.allCases.enumerated() {
            for row in rows[name] ?? [] { numbers[row] = UInt8(number + 1) }
        }
    }

    /// Nil for a row that stands in none.
    subscript(row: Int) -> SplitName? {
        guard row < numbers.count, numbers[row] > 0 else { return nil }
        return SplitName.allCases[Int(numbers[row]) - 1]
    }
}

extension Duplicates {
    /// How many clusters stand in more than one split.
    func crossing(_ rows: [SplitName: [Int]]) -> Int {
        guard !clusters.isEmpty else { return 0 }
        let splits = SplitOfRow(rows)
        return clusters.count { Set($0.rows.compactMap { splits[$0] }).count > 1 }
    }

    /// How many clusters stand in more than one class.
    func conflicts(_ classOfRow: [Int]) -> Int {
        clusters.count { Set($0.rows.map { classOfRow[$0] }).count > 1 }
    }
}

extension PreparedDataSet {
    /// The part of `dataset.json` about duplicates.
    var duplicateFacts: [String: JSON] {
        let found = duplicates.found
        var facts: [String: JSON] = [
            "rule": .string(duplicates.rule.rawValue),
            "exact_clusters": .integer(found.clusters.count(where: \.isExact)),
            "near_clusters": .integer(found.clusters.count { !$0.isExact }),
            "images": .integer(found.clusters.reduce(0) { $0 + $1.rows.count }),
            "across_classes": .integer(found.conflicts(classOfRow)),
            "across_splits": .integer(found.crossing(split.rows)),
            "dropped": .integer(duplicates.dropped),
            "without_structure": .integer(found.withoutStructure),
            "comparisons_left_out": .integer(found.skipped),
        ]
        if let count = duplicates.wouldCross {
            facts["kept_from_crossing_splits"] = .integer(count)
        }
        return facts
    }

    /// `duplicates.tsv`: cluster, kind, distance to the nearest other of the cluster (bits of 256),
    /// key, class and split, a row an image.
    var duplicateRows: [UInt8] {
        guard !duplicates.found.clusters.isEmpty else { return [] }
        let splits = SplitOfRow(split.rows)
        var nearest = [Int32](repeating: .max, count: entries.count)
        for pair in duplicates.found.pairs {
            for row in [pair.first, pair.second] {
                nearest[row] = min(nearest[row], Int32(pair.distance))
            }
        }
        var text: [UInt8] = []
        for (number, cluster) in duplicates.found.clusters.enumerated() {
            for row in cluster.rows {
                let cells = [
                    "\(number + 1)", cluster.isExact ? "exact" : "near",
                    "\(nearest[row] == .max ? 0 : nearest[row])",
                    entries[row].item.key, classes.texts[classOfRow[row]],
                    splits[row]?.rawValue ?? "",
                ]
                text += "\(cells.joined(separator: "\t"))\n".utf8
            }
        }
        return text
    }

    /// One sentence, where there are duplicates.
    var duplicateNotes: [String] {
        let found = duplicates.found
        var parts: [String] = []
        if duplicates.dropped > 0 {
            parts.append(
                "\(duplicates.dropped) cop\(duplicates.dropped == 1 ? "y" : "ies") left out")
        }
        let exact = found.clusters.count(where: \.isExact)
        let near = found.clusters.count - exact
        if exact > 0 { parts.append("\(exact) cluster\(exact.ending) of equal pixels") }
        if near > 0 { parts.append("\(near) cluster\(near.ending) of near duplicates") }
        let conflicts = found.conflicts(classOfRow)
        if conflicts > 0 { parts.append("\(conflicts) across classes, so labels contradict") }
        if let count = duplicates.wouldCross {
            parts.append("kept together, \(count) would have crossed splits")
        } else {
            let count = found.crossing(split.rows)
            if count > 0 { parts.append("\(count) across splits") }
        }
        guard !parts.isEmpty else { return [] }
        let list = found.clusters.isEmpty ? "rejected.tsv" : "duplicates.tsv"
        return ["duplicates: \(parts.joined(separator: "; ")); see \(list)"]
    }
}
