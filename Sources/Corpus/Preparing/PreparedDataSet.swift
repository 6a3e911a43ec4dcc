import CambiumFiles

/// Encoded images with classes and splits, ready to be written.
struct PreparedDataSet {
    let encoded: EncodedImages
    let entries: [EncodedImages.Entry]
    let classes: ClassSelection
    let classOfRow: [Int]
    let duplicates: PreparedDuplicates
    let splitRows: SplitRows
    private(set) var split: SplitDecision
    private(set) var rejections: [Rejection]
    let plan: PreparePlan
    let source: PrepareSource

    init(
        _ encoded: EncodedImages, _ plan: PreparePlan, _ source: PrepareSource
    ) throws(CorpusError) {
        let options = plan.options
        let copies = PreparedDuplicates.copies(encoded, options)
        let kept = encoded.entries.indices.filter { copies[$0] == nil }
        let classes = ClassSelection(
            images: kept.map { encoded.entries[$0].item.classText },
            top: plan.topClasses, minimum: plan.minPerClass,
            byAppearance: options.compatibility != nil)
        guard !classes.texts.isEmpty else {
            let reason = classes.leftOut.values.min() ?? "there are no images"
            throw .dataSet(path: options.folder, reason: "no class is left: \(reason)")
        }
        var rejections = encoded.rejections
        rejections += copies.sorted { $0.key < $1.key }.map { row, first in
            Rejection(path: encoded.entries[row].item.path, reason: "copy: equal to \(first)")
        }
        // As a rule all are kept, and the list is shared.
        let keepsAll = copies.isEmpty && classes.leftOut.isEmpty
        var entries = keepsAll ? encoded.entries : []
        var classOfRow: [Int] = []
        var chosen: [Int] = []
        for row in kept {
            let entry = encoded.entries[row]
            if let number = classes.number(of: entry.item.classText) {
                if !keepsAll { entries.append(entry) }
                classOfRow.append(number)
                chosen.append(row)
            } else if let reason = classes.leftOut[entry.item.classText] {
                rejections.append(Rejection(path: entry.item.path, reason: reason))
            }
        }
        let items = entries.map(\.item)
        let fixed = items.compactMap(\.split)
        let isFixed = fixed.count == items.count
        var splitRows = SplitRows(
            keys: items.map(\.key), classes: classOfRow,
            strata: Strata.numbers(items, classOfRow, classes, options),
            groups: try RowGroups(items, rule: isFixed ? nil : plan.groupRule),
            fixed: isFixed ? fixed : nil)
        duplicates = try PreparedDuplicates(
            encoded, rows: chosen, dropped: copies.count, &splitRows, options)
        self.splitRows = splitRows
        split = try SplitDecision(
            splitRows, options: options, sortsFixed: source.kind == .volumes)
        (self.rejections, self.source) = (rejections, source)
        (self.encoded, self.entries, self.classes) = (encoded, entries, classes)
        (self.classOfRow, self.plan) = (classOfRow, plan)
        leaveOutUndrawn()
    }

    /// Images that no split has are listed.
    private mutating func leaveOutUndrawn() {
        if let counts = options.splitCounts, counts.total < entries.count {
            var drawn = [Bool](repeating: false, count: entries.count)
            for row in split.rows.values.joined() { drawn[row] = true }
            rejections += entries.indices.lazy.filter { !drawn[$0] }.map {
                Rejection(path: entries[$0].item.path, reason: "not drawn; splits are full")
            }
        }
        rejections.sort { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    }

    /// Writes the data set, or one of each fold.
    func write(to folder: String) throws(CorpusError) -> PrepareSummary {
        guard let count = options.folds else { return try writeOne(to: folder) }
        var summaries: [PrepareSummary] = []
        for decision in try SplitDecision.folds(splitRows, count: count, options: options) {
            var fold = self
            fold.split = decision
            let place = "\(folder)/\(FoldFolder.name(summaries.count))"
            try onFiles { () throws(FileError) in try FileSystem.makeFolder(place) }
            summaries.append(try fold.writeOne(to: place))
        }
        return try FoldFolder.summarize(summaries, in: folder, options, splitRows)
    }

    /// Writes all files of the data set.
    private func writeOne(to folder: String) throws(CorpusError) -> PrepareSummary {
        var writer = DataSetWriter(folder: folder)
        for name in SplitName.allCases {
            try write(name, rows: split.rows[name] ?? [], &writer)
        }
        try writer.write(classes.texts.map { "\($0)\n" }.joined(), to: "unique_texts.txt")
        let rejected = rejections.map {
            "\(ImageKey.encode($0.path))\t\($0.reason.oneLine)\n"
        }
        try writer.write(rejected.joined(), to: "rejected.tsv")
        if let groups = splitRows.groups.names {
            try writer.write(GroupFile.text(named(groups)), to: GroupFile.name)
        }
        let clusters = duplicateRows
        if !clusters.isEmpty { try writer.write(clusters, to: "duplicates.tsv") }
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
            Array("\(entries[rows[index]].item.key)\t\(textCell(rows[index]))".utf8)
        }
    }

    /// The lines of a table of images, in order, read and encoded by several threads.
    private func imageLines(_ rows: [Int]) -> OrderedWorkers<Result<[UInt8], CorpusError>> {
        let (spool, entries) = (encoded.spool, entries)
        let isCompatible = options.compatibility != nil
        return OrderedWorkers(
            count: rows.count, workers: options.workers, ahead: 4 * options.workers + 4
        ) { index in
            Result { () throws(CorpusError) in
                let entry = entries[rows[index]]
                let jpeg = try spool.bytes(entry.file, entry.place)
                let key = isCompatible ? Compatibility.cell(entry.item.key) : entry.item.key
                return Base64.line(key: key, jpeg)
            }
        }
    }

    private func textCell(_ row: Int) -> String {
        let number = classOfRow[row]
        let origin = entries[row].item.origin
        let label = RowLabel(
            classID: options.firstClassID + number, className: classes.texts[number],
            source: origin?.source ?? plan.name,
            task: origin?.task ?? plan.configuration.task)
        return options.compatibility == nil ? label.cell : Compatibility.ascii(label.cell)
    }

    var options: PrepareOptions { plan.options }

    /// The rows that have a group, in the order of the tables.
    private func named(_ groups: [String]) -> [(key: String, group: String)] {
        SplitName.allCases.flatMap { split.rows[$0] ?? [] }
            .filter { !RowGroups.isAlone(groups[$0]) }
            .map { (entries[$0].item.key, groups[$0]) }
    }

    var counts: [(split: SplitName, count: Int)] {
        SplitName.allCases.compactMap { name in
            split.rows[name].flatMap { $0.isEmpty ? nil : (name, $0.count) }
        }
    }
}
