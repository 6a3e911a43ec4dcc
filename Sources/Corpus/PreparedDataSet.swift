import Files
import Imaging

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
    let reading: ImageReading

    init(
        _ encoded: EncodedImages, _ options: PrepareOptions,
        _ configuration: PrepareConfiguration, _ reading: ImageReading
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
        self.reading = reading
        (self.encoded, self.entries, self.classes) = (encoded, entries, classes)
        (self.classOfRow, self.options, self.configuration) = (classOfRow, options, configuration)
    }

    /// Writes all files of the data set.
    func write(to folder: String) throws(CorpusError) -> PrepareSummary {
        var writer = DataSetWriter(folder: folder)
        for name in SplitName.allCases {
            try write(name, rows: split.rows[name] ?? [], &writer)
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
            rejected: rejections.count, adopted: encoded.adopted, notes: notes)
    }

    /// The pair of tables of a split; a split without images has none.
    private func write(
        _ name: SplitName, rows: [Int], _ writer: inout DataSetWriter
    ) throws(CorpusError) {
        guard !rows.isEmpty else { return }
        let lines = imageLines(rows)
        try writer.write(
            "\(name.rawValue)_images", rows: rows.count, shards: options.shards
        ) { _ throws(CorpusError) in try lines.next()?.get() ?? [] }
        try writer.write(
            "\(name.rawValue)_text", rows: rows.count, shards: options.shards
        ) { index throws(CorpusError) in
            Array("\(entries[rows[index]].item.key)\t\(label(rows[index]).cell)".utf8)
        }
    }

    /// The lines of a table of images, in order, read and encoded by several threads.
    private func imageLines(_ rows: [Int]) -> OrderedWorkers<Result<[UInt8], CorpusError>> {
        let (spool, entries) = (encoded.spool, entries)
        return OrderedWorkers(
            count: rows.count, workers: options.workers, ahead: 4 * options.workers + 4
        ) { index in
            Result { () throws(CorpusError) in
                let entry = entries[rows[index]]
                let jpeg = try spool.bytes(entry.file, entry.place)
                return Base64.line(key: entry.item.key, jpeg)
            }
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
