public import CambiumFiles
public import CambiumImaging

/// A data set on disk, as `cambium prepare` or the Microsoft samples write it: image and text
/// tables for each split, `unique_texts.txt`, `dataset.json`.
public struct DataSetFolder: Sendable {
    /// The folder.
    public let path: String
    /// The splits whose image table is there.
    public let splits: [SplitName]
    /// The class texts, nil when the folder has no `unique_texts.txt`.
    public let labels: LabelFile?
    /// The content of `dataset.json`, nil when there is none (data sets of other programs).
    public let manifest: JSON?

    /// Opens a folder. The first class id is `dataset.json`'s; without it, 0 when some text row
    /// has class 0, else 1.
    public init(_ path: String) throws(CorpusError) {
        guard FileSystem.kind(path) == .folder else { throw .file(.missing(path: path)) }
        let splits = SplitName.allCases.filter {
            ShardedFiles.exists("\(path)/\($0.rawValue)_images")
        }
        guard !splits.isEmpty else {
            throw .dataSet(
                path: path,
                reason: "not a data set: no train_images.tsv, validation_images.tsv or "
                    + "test_images.tsv; make one with `cambium prepare`")
        }
        self.path = path
        self.splits = splits
        let manifest = try Self.json("\(path)/dataset.json")
        self.manifest = manifest
        let labelPath = "\(path)/unique_texts.txt"
        guard FileSystem.kind(labelPath) != nil else {
            labels = nil
            return
        }
        var first = manifest?["first_class_id"]?.integer
        if first == nil { first = try Self.firstClassID(path, splits) }
        labels = try LabelFile(labelPath, firstClassID: first ?? 1)
    }

    /// Whether a folder holds the tables of a data set.
    public static func isDataSet(_ path: String) -> Bool {
        FileSystem.kind(path) == .folder
            && SplitName.allCases.contains { ShardedFiles.exists("\(path)/\($0.rawValue)_images") }
    }

    /// How files became its pixels, nil where `dataset.json` does not say (other programs').
    public var reading: ImageReading? {
        manifest.flatMap { try? JSON.decode(ImageReading.self, from: $0) }
    }

    /// Whether it was merged of data sets whose files became pixels in different ways, so that no
    /// recipe describes all of its images.
    public var mixesReadings: Bool { manifest?[Self.recipesKey] != nil }

    /// The member of `dataset.json` that lists the recipes of data sets that differ.
    static let recipesKey = "recipes"

    /// The images and texts of a split.
    /// - Throws: ``CorpusError`` when the split is missing, the keys of images and texts do not
    ///   agree line by line, or a class is not the label file's.
    public func split(_ name: SplitName) throws(CorpusError) -> DataSetSplit {
        guard splits.contains(name) else {
            let there = splits.map(\.rawValue).joined(separator: ", ")
            throw .dataSet(path: path, reason: "no \(name.rawValue) split (there is: \(there))")
        }
        let stem = "\(path)/\(name.rawValue)"
        return try DataSetSplit(
            images: "\(stem)_images", texts: "\(stem)_text", labels: labels)
    }

    /// The content of a file that may be absent.
    static func json(_ path: String) throws(CorpusError) -> JSON? {
        guard FileSystem.kind(path) != nil else { return nil }
        let json = try onFiles { () throws(FileError) in try JSON(file: path) }
        guard json.object != nil else {
            throw .file(.malformed(path: path, reason: "must be a JSON object"))
        }
        return json
    }

    private static func firstClassID(
        _ path: String, _ splits: [SplitName]
    ) throws(CorpusError) -> Int {
        for split in splits {
            let texts = try TextTable("\(path)/\(split.rawValue)_text")
            if texts.distinctLabels.contains(where: { $0.classID == 0 }) { return 0 }
        }
        return 1
    }
}

/// One split: images and what their texts say, row by row.
public struct DataSetSplit: ImageSource {
    /// The image rows.
    public let images: ImageTable
    /// The text rows, same keys, same order.
    public let texts: TextTable

    /// Opens a pair of tables and checks that they belong together.
    /// - Parameter labels: when given, every class of the texts has to be one of these.
    public init(
        images imagePath: String, texts textPath: String, labels: LabelFile? = nil
    ) throws(CorpusError) {
        images = try ImageTable(imagePath)
        texts = try TextTable(textPath)
        try checkKeys(imagePath, textPath)
        if let labels { try check(against: labels) }
    }

    /// Rows.
    public var count: Int { images.count }

    /// The key of a row.
    public func key(_ row: Int) -> String { texts.key(row) }

    /// The image's encoded bytes.
    public func bytes(_ row: Int) throws(CorpusError) -> [UInt8] { try images.bytes(row) }

    /// The label of a row.
    public func label(_ row: Int) -> RowLabel? { texts.label(row) }

    private func checkKeys(_ imagePath: String, _ textPath: String) throws(CorpusError) {
        var seen: [String: Int] = [:]
        for row in 0..<min(images.count, texts.count) {
            let (image, text) = (try images.key(row), texts.key(row))
            guard image == text else {
                throw texts.error(row, "key \(text), but \(imagePath) has \(image) in this row")
            }
            if let first = seen.updateValue(row, forKey: image) {
                throw images.error(row, "key \(image) stands in row \(first + 1) already")
            }
        }
        guard images.count == texts.count else {
            throw .dataSet(
                path: textPath,
                reason: "\(texts.count) rows, but \(imagePath) has \(images.count)")
        }
    }

    private func check(against labels: LabelFile) throws(CorpusError) {
        for (index, label) in texts.distinctLabels.enumerated() {
            guard let id = label.classID else { continue }
            let row = texts.firstRow(of: index) ?? 0
            guard let text = labels.text(of: id) else {
                throw texts.error(
                    row, "class_id \(id) is not in unique_texts.txt (\(labels.classIDs))")
            }
            guard text == label.className else {
                throw texts.error(
                    row,
                    "class_id \(id) is \"\(text)\" in unique_texts.txt, "
                        + "but \"\(label.className)\" here")
            }
        }
    }
}
