internal import CambiumFiles
internal import CambiumImaging

/// A first look at what `prepare` would make a data set of: what is found, without decoding more
/// than some of the images.
public struct FolderSurvey: Sendable {
    /// Names of files that begin with what could be a patient.
    public struct Prefix: Sendable, Equatable {
        /// What stands behind it.
        public let separator: String
        /// How many different ones there are.
        public let count: Int
    }

    /// What the folder or table was taken for.
    public let kind: InputKind
    /// Files that may be images.
    public let count: Int
    /// The images of each class, the largest first.
    public let classes: [(text: String, count: Int)]
    /// Files that are passed over: outside of classes, or no images by their first bytes.
    public let passedOver: Int
    /// Whether the images come with their splits.
    public let hasSplits: Bool
    /// Whether they come with groups (patients).
    public let hasGroups: Bool
    /// Groups that names of files suggest; nil where they do not.
    public let prefix: Prefix?
    /// The shorter sides of the images that were decoded, rising.
    public let sides: [Int]
    /// Files among those looked at that are no readable images, with the reason of the first.
    public let unreadable: (count: Int, first: String?)
    /// Images among those decoded with transparent pixels.
    public let transparent: Int

    /// Looks at a folder, a table or a data set.
    /// - Parameter sample: how many images are decoded.
    /// - Throws: ``CorpusError`` where `prepare` would find nothing.
    public init(_ path: String, sample: Int = 40) throws(CorpusError) {
        var plan = try PreparePlan(PrepareOptions(folder: path, out: ""))
        let source = try plan.open()
        var items: [PrepareItem] = []
        var (passedOver, others) = (0, 0)
        for batch in source.batches {
            let found = try batch.find()
            items += found.items.filter { Self.mayBeImage($0) }
            passedOver += found.passedOver.count
            others += found.items.count
        }
        others -= items.count
        guard !items.isEmpty else {
            throw .dataSet(
                path: path, reason: "none of its \(others + passedOver) files looks like an image")
        }
        kind = items.contains(where: \.isCaption) ? .captions : source.kind
        (count, self.passedOver) = (items.count, passedOver + others)
        hasSplits = items.contains { $0.split != nil }
        hasGroups = items.contains { $0.group != nil }
        classes = Dictionary(grouping: items, by: \.classText)
            .map { (text: $0.key, count: $0.value.count) }
            .sorted { ($1.count, $0.text) < ($0.count, $1.text) }
        prefix = Self.prefix(of: items)
        (sides, unreadable, transparent) = Self.look(at: items, sample)
    }

    /// Whether a file begins as an image or a volume does; what is in no file of its own may be one.
    private static func mayBeImage(_ item: PrepareItem) -> Bool {
        guard let path = item.file else { return true }
        // What cannot be opened is told when it is read.
        guard let file = try? MappedFile(path) else { return true }
        return file.withBytes { bytes in
            ImageFormat.claimed(by: bytes) != nil
                || FileSignature.mayBeVolume(Array(bytes.prefix(4096)))
        }
    }

    private static func look(
        at items: [PrepareItem], _ sample: Int
    ) -> (sides: [Int], unreadable: (count: Int, first: String?), transparent: Int) {
        var (sides, failed, transparent) = ([Int](), 0, 0)
        var first: String?
        let number = min(sample, items.count)
        for index in 0..<number {
            let item = items[index * items.count / number]
            do throws(CorpusError) {
                let (image, warning) = try item.read()
                sides.append(min(image.width, image.height))
                if warning?.contains("transparent pixels") == true { transparent += 1 }
            } catch {
                failed += 1
                first = first ?? "\(item.path): \(error.reason)"
            }
        }
        return (sides.sorted(), (failed, first), transparent)
    }

    /// Prefixes that most names have, which are fewer than the names and more than the classes.
    private static func prefix(of items: [PrepareItem]) -> Prefix? {
        for separator in ["_", "-"] {
            let found = items.compactMap { item -> Substring? in
                let name = item.path.split(separator: "/").last ?? ""
                return name.firstIndex(of: Character(separator)).map { name[..<$0] }
            }
            let different = Set(found).count
            if 10 * found.count >= 9 * items.count, different > 3,
                3 * different <= 2 * found.count
            {
                return Prefix(separator: separator, count: different)
            }
        }
        return nil
    }
}
