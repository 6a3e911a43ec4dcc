import Files

/// Encoded images with classes and splits, ready to be written.
struct PreparedDataSet {
    let encoded: EncodedImages
    let entries: [EncodedImages.Entry]
    let classes: ClassSelection
    let classOfRow: [Int]
    let split: SplitDecision
    let rejections: [Rejection]
    let options: PrepareOptions
    let configuration: PrepareConfiguration

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
        let items = entries.map(\.item)
        let fixed = items.compactMap(\.split)
        let isFixed = fixed.count == items.count
        let groupBy = try (options.groupBy ?? configuration.groupBy).map {
            text throws(CorpusError) in try GroupRule(parsing: text)
        }
        split = SplitDecision(
            keys: items.map(\.key), classes: classOfRow,
            groups: try RowGroups(items, rule: isFixed ? nil : groupBy),
            fixed: isFixed ? fixed : nil, options: options)
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

    var counts: [(split: SplitName, count: Int)] {
        SplitName.allCases.compactMap { name in
            split.rows[name].flatMap { $0.isEmpty ? nil : (name, $0.count) }
        }
    }
}
