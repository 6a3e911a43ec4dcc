public import CambiumImaging

/// One or several data set folders that are trained on together. Classes of several belong
/// together by their texts: ids differ between data sets.
public struct JoinedDataSets: Sendable {
    /// The folders.
    public let folders: [DataSetFolder]
    /// How many times each folder's rows come in an epoch.
    public let weights: [Double]
    /// The id of each class text, from 1; nil for one folder, which keeps its own ids.
    private let ids: [String: Int]?

    /// Opens the folders.
    /// - Throws: ``CorpusError`` for a folder that is no data set, or that is named twice.
    public init(_ sources: [(root: String, weight: Double)]) throws(CorpusError) {
        var folders: [DataSetFolder] = []
        for (root, _) in sources {
            guard !folders.contains(where: { $0.path == root }) else {
                throw .dataSet(path: root, reason: "named twice; give it a larger weight instead")
            }
            folders.append(try DataSetFolder(root))
        }
        self.folders = folders
        weights = sources.map(\.weight)
        ids = folders.count == 1 ? nil : try Self.ids(folders)
    }

    /// How files became the pixels of all of them, nil where they differ or do not say.
    public var reading: ImageReading? {
        guard let first = folders.first?.reading, folders.allSatisfy({ $0.reading == first }) else {
            return nil
        }
        return first
    }

    /// A split of all folders that have it.
    /// - Throws: ``CorpusError`` when none has, or a folder lacks the training split.
    public func split(_ name: SplitName) throws(CorpusError) -> JoinedSplit {
        var parts: [(root: String, split: DataSetSplit, weight: Double)] = []
        for (folder, weight) in zip(folders, weights) {
            guard folders.count == 1 || name == .train || folder.splits.contains(name) else {
                continue
            }
            parts.append((folder.path, try folder.split(name), weight))
        }
        guard !parts.isEmpty else {
            let paths = folders.map(\.path).joined(separator: ", ")
            throw .dataSet(path: paths, reason: "none of them has a \(name.rawValue) split")
        }
        return JoinedSplit(parts, ids: ids)
    }

    /// Each class text once, in the order of the folders.
    private static func ids(_ folders: [DataSetFolder]) throws(CorpusError) -> [String: Int] {
        var ids: [String: Int] = [:]
        for folder in folders {
            for text in try texts(folder) where ids[text] == nil { ids[text] = ids.count + 1 }
        }
        return ids
    }

    /// The class texts of a folder; one of another program may have no `unique_texts.txt`.
    private static func texts(_ folder: DataSetFolder) throws(CorpusError) -> [String] {
        if let labels = folder.labels { return labels.texts }
        var texts: [String] = []
        for split in folder.splits {
            texts += try folder.split(split).texts.distinctLabels
                .filter { $0.classID != nil }.map(\.className)
        }
        return texts
    }
}

/// The same split of one or several data sets, row behind row.
public struct JoinedSplit: ImageSource {
    /// Rows and weight of each data set.
    public let sources: [(count: Int, weight: Double)]
    let parts: [DataSetSplit]
    private let roots: [String]
    private let starts: [Int]
    /// The id of each class text, nil where ids are the data set's own.
    private let ids: [String: Int]?

    init(
        _ parts: [(root: String, split: DataSetSplit, weight: Double)], ids: [String: Int]?
    ) {
        self.ids = ids
        self.parts = parts.map(\.split)
        roots = parts.map(\.root)
        sources = parts.map { ($0.split.count, $0.weight) }
        var sum = 0
        starts = parts.map { part in
            defer { sum += part.split.count }
            return sum
        }
    }

    /// Rows.
    public var count: Int { sources.reduce(0) { $0 + $1.count } }

    /// The key of a row; of several data sets with its folder before it.
    public func key(_ row: Int) -> String {
        let (part, inPart) = locate(row)
        let key = parts[part].key(inPart)
        return parts.count == 1 ? key : "\(roots[part])/\(key)"
    }

    /// The image's encoded bytes.
    public func bytes(_ row: Int) throws(CorpusError) -> [UInt8] {
        let (part, inPart) = locate(row)
        return try parts[part].bytes(inPart)
    }

    /// The label of a row: its own text, and the id that all classes of this text share.
    public func label(_ row: Int) -> RowLabel? {
        let (part, inPart) = locate(row)
        guard var label = parts[part].label(inPart) else { return nil }
        if let ids, label.classID != nil { label.classID = ids[label.className] }
        return label
    }

    private func locate(_ row: Int) -> (part: Int, row: Int) {
        let part = (starts.firstIndex { $0 > row } ?? starts.count) - 1
        return (part, row - starts[part])
    }
}
