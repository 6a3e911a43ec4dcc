import Files

/// Encoded images with classes and splits, ready to be written.
struct PreparedDataSet {
    private let encoded: EncodedImages
    private let entries: [EncodedImages.Entry]
    private let classes: ClassSelection
    private let classOfRow: [Int]
    private let split: SplitDecision
    private let rejections: [Rejection]
    private let options: PrepareOptions
    private let configuration: PrepareConfiguration

    init(
        _ encoded: EncodedImages, _ options: PrepareOptions, _ configuration: PrepareConfiguration
    ) throws(CorpusError) {
        let classes = ClassSelection(
            images: encoded.entries.map(\.item.classText),
            top: options.topClasses ?? configuration.topClasses,
            minimum: options.minPerClass ?? configuration.minPerClass)
        guard !classes.texts.isEmpty else {
            let reason = classes.leftOut.values.min() ?? "there are no images"
            throw .dataSet(path: options.folder, reason: "no class is left: \(reason)")
        }
        var rejections = encoded.rejections
        var entries: [EncodedImages.Entry] = []
        var classOfRow: [Int] = []
        for entry in encoded.entries {
            if let number = classes.number(of: entry.item.classText) {
                entries.append(entry)
                classOfRow.append(number)
            } else if let reason = classes.leftOut[entry.item.classText] {
                rejections.append(Rejection(path: entry.item.path, reason: reason))
            }
        }
        split = try SplitDecision(
            entries.map(\.item), classes: classOfRow, options: options,
            groupBy: options.groupBy ?? configuration.groupBy)
        self.rejections = rejections.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
        (self.encoded, self.entries, self.classes) = (encoded, entries, classes)
        (self.classOfRow, self.options, self.configuration) = (classOfRow, options, configuration)
    }

    /// Writes all files of the data set.
    func write(to folder: String) throws(CorpusError) -> PrepareSummary {
        var writer = DataSetWriter(folder: folder)
        let jpegs = try onFiles { () throws(FileError) in try MappedFile(encoded.path) }
        for name in SplitName.allCases {
            try write(name, rows: split.rows[name] ?? [], jpegs, &writer)
        }
        try writer.write(classes.texts.map { "\($0)\n" }.joined(), to: "unique_texts.txt")
        let rejected = rejections.map {
            "\(ImageKey.encode($0.path))\t\($0.reason.oneLine)\n"
        }
        try writer.write(rejected.joined(), to: "rejected.tsv")
        let notes = self.notes
        let manifest = manifest(files: writer.files, notes: notes)
        try writer.write(manifest.document, to: "dataset.json")
        return PrepareSummary(
            folder: options.out, images: counts, classes: classes.texts.count,
            rejected: rejections.count, notes: notes)
    }

    /// The pair of tables of a split; a split without images has none.
    private func write(
        _ name: SplitName, rows: [Int], _ jpegs: MappedFile, _ writer: inout DataSetWriter
    ) throws(CorpusError) {
        guard !rows.isEmpty else { return }
        try writer.write(
            "\(name.rawValue)_images", rows: rows.count, shards: options.shards
        ) { index throws(CorpusError) in
            let entry = entries[rows[index]]
            let text = jpegs.withBytes { bytes in
                Base64.encode(UnsafeRawBufferPointer(rebasing: bytes[entry.place]))
            }
            return Array(entry.item.key.utf8) + [0x09] + text
        }
        try writer.write(
            "\(name.rawValue)_text", rows: rows.count, shards: options.shards
        ) { index throws(CorpusError) in
            Array("\(entries[rows[index]].item.key)\t\(label(rows[index]).cell)".utf8)
        }
    }

    private func label(_ row: Int) -> ClassLabel {
        let number = classOfRow[row]
        return ClassLabel(
            classID: options.firstClassID + number, className: classes.texts[number],
            source: configuration.name, task: configuration.task)
    }

    private var counts: [(split: SplitName, count: Int)] {
        SplitName.allCases.compactMap { name in
            split.rows[name].flatMap { $0.isEmpty ? nil : (name, $0.count) }
        }
    }

    // MARK: - dataset.json

    private func manifest(files: [WrittenFile], notes: [String]) -> JSON {
        var members: [String: JSON] = [
            "schema_version": 1, "name": .string(configuration.name),
            "program": .string("cambium \(Release.version)"),
            "first_class_id": .integer(options.firstClassID),
            "counts": .object(Self.numbers(counts, total: entries.count)),
            "classes": .array(classes.texts.indices.map(description)),
            "split": .object(split.description),
            "image": [
                "format": "jpeg", "width": .integer(options.size), "height": .integer(options.size),
                "quality": .integer(options.quality), "subsampling": "4:2:0",
                "resampling": "bicubic", "aspect_kept": false,
            ],
            "files": .object(
                Dictionary(uniqueKeysWithValues: files.map { ($0.name, Self.description($0)) })),
            "shards": .integer(options.shards),
            "rejected": .object(rejectionSummary), "warnings": .array(warnings),
            "notes": .array(notes.map(JSON.string)),
        ]
        for (key, text) in configuration.provenance {
            members[key == "source" ? "provenance" : key] = .string(text)
        }
        return .object(members)
    }

    private func description(ofClass number: Int) -> JSON {
        var folders: Set<String> = []
        var counts: [SplitName: Int] = [:]
        for name in SplitName.allCases {
            for row in split.rows[name] ?? [] where classOfRow[row] == number {
                folders.insert(entries[row].item.classFolder)
                counts[name, default: 0] += 1
            }
        }
        let present = SplitName.allCases.compactMap { name in counts[name].map { (name, $0) } }
        return [
            "class_id": .integer(options.firstClassID + number),
            "class_name": .string(classes.texts[number]),
            "folders": .array(
                folders.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
                    .map(JSON.string)),
            "counts": .object(Self.numbers(present, total: counts.values.reduce(0, +))),
        ]
    }

    private static func numbers(
        _ counts: [(split: SplitName, count: Int)], total: Int
    ) -> [String: JSON] {
        counts.reduce(into: ["total": .integer(total)]) {
            $0[$1.split.rawValue] = .integer($1.count)
        }
    }

    private static func description(_ file: WrittenFile) -> JSON {
        ["sha256": .string(file.sha256), "bytes": .integer(file.bytes)]
    }

    /// How many inputs were not used, and why, without the details that differ between files.
    private var rejectionSummary: [String: JSON] {
        var reasons: [String: Int] = [:]
        for rejection in rejections {
            let general = rejection.reason.prefix { $0 != ":" && $0 != "(" && $0 != ";" }
            reasons[String(general).trimmed, default: 0] += 1
        }
        return [
            "count": .integer(rejections.count),
            "reasons": .object(reasons.mapValues(JSON.integer)),
        ]
    }

    private var warnings: [JSON] {
        encoded.warnings.sorted { $0.key < $1.key }.map { warning, keys in
            [
                "warning": .string(warning), "count": .integer(keys.count),
                "first_keys": .array(keys.prefix(5).map(JSON.string)),
            ]
        }
    }

    private var notes: [String] {
        missingClasses + unexpectedCounts
            + encoded.warnings.sorted { $0.key < $1.key }.map { warning, keys in
                "\(keys.count) image\(keys.count.ending): \(warning) (first: \(keys[0]))"
            }
    }

    /// Classes that a split does not have, because they are too small or their groups too large.
    private var missingClasses: [String] {
        counts.flatMap { name, _ in
            let present = Set((split.rows[name] ?? []).map { classOfRow[$0] })
            return classes.texts.indices.filter { !present.contains($0) }.map { number in
                let count = classOfRow.count { $0 == number }
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

extension String {
    fileprivate var trimmed: String {
        var text = self[...]
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
