internal import CambiumFiles
public import CambiumImaging

/// What to do with an image that cannot be used.
public enum OnError: String, Sendable, CaseIterable {
    /// Leave it out and say so in `rejected.tsv`.
    case reject
    /// Stop with an error.
    case fail
}

/// What to do with images that show the same.
public enum DuplicateRule: String, Sendable, CaseIterable {
    /// Keep them in one split.
    case together
    /// Only tell which they are.
    case report
    /// Leave out copies of equal pixels within a class; keep the others in one split.
    case drop
}

/// What `cambium prepare` is asked to do. Values that are nil come from the configuration file,
/// then from the defaults.
public struct PrepareOptions: Sendable {
    /// What is read: a folder (of class folders, of images with captions, of volumes, or a data
    /// set), or a manifest. Several must be data sets, which are merged.
    public var inputs: [String]
    /// What the input is, where it shall not be told by its content.
    public var inputKind: InputKind?
    /// Where the paths of a manifest begin; nil: in the manifest's folder.
    public var root: String?
    /// The data set to make; nothing may stand there but an empty folder.
    public var out: String
    /// A configuration (`prep.yaml`, or a folder that holds one).
    public var configuration: String?
    /// Width and height of the stored images, in pixels.
    public var size = 512 { didSet { sizeIsGiven = true } }
    /// JPEG quality of the stored images.
    public var quality = 95 { didSet { qualityIsGiven = true } }
    /// Decode large JPEGs at a fraction of their size: faster, not bit-identical to Pillow.
    public var isFast = false
    /// How images are divided. Without it, splits that come with the images are kept, unless
    /// there are a group rule or folds; images without splits are divided 60/20/20.
    public var split: SplitRule?
    /// Make K data sets in which every image is tested once.
    public var folds: Int?
    /// The seed of the split, scikit-learn's `random_state`.
    public var seed: UInt32 = 42
    /// Keep the N most frequent classes.
    public var topClasses: Int?
    /// Keep classes of at least N images.
    public var minPerClass: Int?
    /// A file of class texts; only these classes are kept.
    public var keepClasses: String?
    /// Another program's data set that shall be reproduced byte for byte.
    public var compatibility: Compatibility?
    /// How an image's group is found.
    public var groupBy: String?
    /// What to do with images that show the same; nil: keep them together, or only tell them where
    /// another program's data set is reproduced. Splits that are given are never changed.
    public var duplicates: DuplicateRule?
    /// The id of the first class, 1 or 0.
    public var firstClassID = 1
    /// How files become pixels.
    public var reading = ImageReading()
    /// What stands behind transparent pixels; nil: white, or nothing that a recipe needs to repeat
    /// where no image has any.
    public var background: Background?
    /// How NIfTI files are cut into slices.
    public var volumes = VolumeReading()
    /// What to do with an image that cannot be used.
    public var onError = OnError.reject
    /// Files a table is written in.
    public var shards = 1
    /// Threads; the result does not depend on it.
    public var workers = 1

    /// The options that have no default.
    public init(folder: String, out: String) { self.init(inputs: [folder], out: out) }

    /// The options that have no default.
    public init(inputs: [String], out: String) { (self.inputs, self.out) = (inputs, out) }

    /// Whether a size was asked for; without it, data sets keep theirs.
    private(set) var sizeIsGiven = false
    /// Whether a quality was asked for.
    private(set) var qualityIsGiven = false

    /// The first input, for messages.
    var folder: String { inputs.first ?? "" }

    var ratios: SplitRatios? {
        if case .ratios(let ratios) = split { ratios } else { nil }
    }

    var splitCounts: SplitCounts? {
        if case .counts(let counts) = split { counts } else { nil }
    }

    /// Whether splits that come with the images stay as they are.
    var keepsSplits: Bool {
        switch split {
        case .keep, .column, .list: true
        case .ratios, .counts: false
        case nil: folds == nil && groupBy == nil
        }
    }

    /// How image files are decoded.
    var decoding: ImageReading {
        var reading = reading
        // Another program's data set is made as that makes it: with Pillow.
        reading.background = background ?? (compatibility == nil ? .white : .keep)
        reading.shrinkTo = isFast ? size : nil
        return reading
    }

    /// Everything besides the inputs that the encoded images depend on.
    var recipe: String {
        [
            Release.version, "jpeg \(CodecVersions.jpeg)", "png \(CodecVersions.png)",
            "fingerprints 2", "padding 1",
            DicomImage.libraries.sorted { $0.key < $1.key }.map { "\($0) \($1)" }
                .joined(separator: ", "), "size \(size)", "quality \(quality)", "\(decoding)",
            "\(volumes)",
            "on error \(onError.rawValue)", "\(compatibility.map { "\($0)" } ?? "own")",
        ].joined(separator: ", ")
    }

    /// Checks the numbers.
    func check() throws(CorpusError) {
        try require((1...8192).contains(size), "size \(size)", "1 to 8192 pixels")
        try require((1...100).contains(quality), "quality \(quality)", "1 to 100")
        try require((0...1).contains(firstClassID), "first class id \(firstClassID)", "1 or 0")
        try require((1...99_999).contains(shards), "shards \(shards)", "1 to 99999")
        try require((1...1024).contains(workers), "workers \(workers)", "1 to 1024")
        try require(topClasses ?? 1 > 0, "top classes \(topClasses ?? 0)", "at least 1")
        try require((2...1000).contains(folds ?? 2), "folds \(folds ?? 0)", "2 to 1000")
        if folds != nil, split != nil {
            throw .argument(
                "folds and a split cannot both be asked for; leave one out")
        }
        try require(minPerClass ?? 1 > 0, "min per class \(minPerClass ?? 0)", "at least 1")
    }

    private func require(_ holds: Bool, _ what: String, _ must: String) throws(CorpusError) {
        guard holds else { throw .argument("\(what): must be \(must)") }
    }
}
