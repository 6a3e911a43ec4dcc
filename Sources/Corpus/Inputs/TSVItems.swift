import CambiumFiles
import CambiumImaging

/// The images of data sets that are there already (ours, or the Microsoft samples'), several of
/// which become one.
///
/// Keys stay. A key that an earlier set has too gets the name of its own set in front, so that
/// merging never loses an image.
struct TSVItems {
    private let sets: [StoredSet]
    private let options: PrepareOptions

    /// Opens the data sets.
    init(_ options: PrepareOptions) throws(CorpusError) {
        self.options = options
        var names: Set<String> = []
        sets = try options.inputs.map { path throws(CorpusError) in
            var name = FileSystem.name(path)
            var number = 2
            while !names.insert(name).inserted {
                name = "\(FileSystem.name(path))-\(number)"
                number += 1
            }
            return try StoredSet(path, name: name, options: options)
        }
    }

    /// The width and height that all sets have, where no size is asked for.
    func commonSize() throws(CorpusError) -> Int? {
        let sizes = sets.compactMap { set in set.size.map { ($0, set.path) } }
        guard let first = sizes.first else { return nil }
        for (size, path) in sizes where size != first.0 {
            throw .argument(
                "\(path): images of \(size) pixels, but \(first.1) has \(first.0); say which "
                    + "with --size")
        }
        return first.0
    }

    /// The quality that all sets say they have.
    var commonQuality: Int? {
        let qualities = Set(sets.map(\.quality))
        return qualities.count == 1 ? qualities.first ?? nil : nil
    }

    /// Whether every image gets another size.
    var changesSize: Bool {
        options.sizeIsGiven && sets.allSatisfy { $0.size != nil && $0.size != options.size }
    }

    /// What all sets say in `dataset.json` under a name.
    func common(_ name: String) -> JSON? {
        guard let first = sets.first?.folder.manifest?[name] else { return nil }
        return sets.allSatisfy { $0.folder.manifest?[name] == first } ? first : nil
    }

    /// How the sets' files became pixels: what all say, or what each says where they differ.
    func reading() -> [String: JSON] {
        func said(_ set: StoredSet) -> [String: JSON] {
            (set.folder.manifest?.object ?? [:]).filter { Self.readingKeys.contains($0.key) }
        }
        guard let first = sets.first.map(said) else { return [:] }
        if sets.allSatisfy({ said($0) == first }) { return first }
        let recipes = sets.map { set in
            JSON.object(said(set).merging(["data_set": .string(set.name)]) { $1 })
        }
        return [DataSetFolder.recipesKey: .array(recipes)]
    }

    private static let readingKeys: Set = [
        "intensity", "exif_orientation", "background", "volumes", DataSetFolder.recipesKey,
    ]

    /// All of them: in the order in which they are stored where splits are kept, otherwise by
    /// key, so that dividing again gives what dividing the original images would.
    func find() throws(CorpusError) -> (items: [PrepareItem], passedOver: [Rejection]) {
        var items: [PrepareItem] = []
        var keys: Set<String> = []
        for (number, set) in sets.enumerated() {
            let groups = try set.groups()
            let first = items.count
            for name in set.folder.splits {
                let split = try set.folder.split(name)
                for row in 0..<split.count {
                    let key = split.key(row)
                    let isTaken = number > 0 && keys.contains(key)
                    let item = set.item(split, row, key: isTaken ? "\(set.name)/\(key)" : key)
                    item.split = options.keepsSplits ? name : nil
                    item.group = groups[key]
                    items.append(item)
                }
            }
            if number + 1 < sets.count { keys.formUnion(items[first...].lazy.map(\.key)) }
        }
        if !options.keepsSplits {
            items.sort { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        }
        return (items, [])
    }
}

/// One data set that is read.
private struct StoredSet {
    let path: String
    let name: String
    let folder: DataSetFolder
    /// Width and height of its images, nil where they have no common square one.
    let size: Int?
    /// The quality its `dataset.json` names.
    let quality: Int?
    private let options: PrepareOptions
    private let isMerged: Bool
    private let origins: OriginBox

    init(_ path: String, name: String, options: PrepareOptions) throws(CorpusError) {
        (self.path, self.name, self.options) = (path, name, options)
        folder = try DataSetFolder(path)
        isMerged = options.inputs.count > 1
        let image = folder.manifest?["image"]
        quality = image?["quality"]?.integer
        let named = image?["width"]?.integer
        size = named == nil ? try Self.firstSize(folder) : named
        origins = OriginBox()
    }

    /// The size of the first image that can be decoded, for sets that do not name one.
    private static func firstSize(_ folder: DataSetFolder) throws(CorpusError) -> Int? {
        for name in folder.splits {
            let table = try ImageTable("\(folder.path)/\(name.rawValue)_images")
            guard table.count > 0, let bytes = try? table.bytes(0),
                let image = try? ImageDecoder.decode(bytes).image
            else { continue }
            return image.width == image.height ? image.width : nil
        }
        return nil
    }

    /// The groups that `groups.tsv` names.
    func groups() throws(CorpusError) -> [String: String] {
        guard FileSystem.kind("\(path)/\(GroupFile.name)") != nil else { return [:] }
        return try GroupFile.read("\(path)/\(GroupFile.name)")
    }

    func item(_ split: DataSetSplit, _ row: Int, key: String) -> PrepareItem {
        let label = split.texts.label(row)
        let folders = key.foldersOfPath
        let item = PrepareItem(
            path: isMerged ? "\(name)/\(split.key(row))" : key, key: key,
            classText: label.className.oneLine,
            classFolder: FileSystem.name(folders), outerFolders: folders.foldersOfPath,
            source: ItemSource(encode: encoding(split, row)) { _ throws(CorpusError) in
                try Self.read(split, row)
            })
        item.isCaption = label.classID == nil || folder.manifest?["texts"] == "captions"
        item.origin = origins.origin(of: label)
        return item
    }

    private static func read(
        _ split: DataSetSplit, _ row: Int
    ) throws(CorpusError) -> (image: RGBImage, warning: String?) {
        let bytes = try stored(split, row)
        do throws(ImageError) {
            let decoded = try ImageDecoder.decode(bytes)
            return (decoded.image, decoded.warning)
        } catch {
            throw .image(key: split.key(row), reason: error.description)
        }
    }

    /// The image as it is stored; what is wrong with the row is wrong with this image alone.
    private static func stored(_ split: DataSetSplit, _ row: Int) throws(CorpusError) -> [UInt8] {
        do throws(CorpusError) {
            return try split.bytes(row)
        } catch {
            guard case .row(let file, let line, let reason) = error else { throw error }
            throw .image(
                key: split.key(row), reason: "\(reason) (\(FileSystem.name(file)):\(line))")
        }
    }

    /// Keeps the stored bytes of a JPEG that has the size and, as far as is known, the quality
    /// that are asked for.
    private func encoding(
        _ split: DataSetSplit, _ row: Int
    ) -> (@Sendable (RGBImage) throws(CorpusError) -> [UInt8]?)? {
        guard !options.qualityIsGiven || quality == options.quality else { return nil }
        let asked = options.sizeIsGiven ? options.size : size
        return { image throws(CorpusError) in
            guard image.width == asked ?? image.width, image.height == asked ?? image.height
            else { return nil }
            let bytes = try Self.stored(split, row)
            return ImageFormat.claimed(by: bytes) == .jpeg ? bytes : nil
        }
    }
}

/// The different origins of a set's rows, each stored once.
private final class OriginBox {
    private struct Name: Hashable {
        let source: String
        let task: String
    }
    private var known: [Name: LabelOrigin] = [:]

    /// nil for plain captions, which say nothing of where they come from.
    func origin(of label: RowLabel) -> LabelOrigin? {
        guard label.classID != nil, !label.source.isEmpty else { return nil }
        let name = Name(source: label.source, task: label.task)
        if let origin = known[name] { return origin }
        let origin = LabelOrigin(source: label.source, task: label.task)
        known[name] = origin
        return origin
    }
}
