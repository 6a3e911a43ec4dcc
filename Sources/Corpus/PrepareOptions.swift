public import Imaging

/// What to do with an image that cannot be used.
public enum OnError: String, Sendable, CaseIterable {
    /// Leave it out and say so in `rejected.tsv`.
    case reject
    /// Stop with an error.
    case fail
}

/// What `cambium prepare` is asked to do. Values that are nil come from the configuration file,
/// then from the defaults.
public struct PrepareOptions: Sendable {
    /// The folder of class folders (or of the volumes that the configuration names).
    public var folder: String
    /// The data set to make; nothing may stand there but an empty folder.
    public var out: String
    /// A configuration (`prep.yaml`, or a folder that holds one).
    public var configuration: String?
    /// Width and height of the stored images, in pixels.
    public var size = 512
    /// JPEG quality of the stored images.
    public var quality = 95
    /// Decode large JPEGs at a fraction of their size: faster, not bit-identical to Pillow.
    public var isFast = false
    /// Shares of the splits; nil is 60/20/20.
    public var ratios: SplitRatios?
    /// The seed of the split, scikit-learn's `random_state`.
    public var seed: UInt32 = 42
    /// Keep the N most frequent classes.
    public var topClasses: Int?
    /// Keep classes of at least N images.
    public var minPerClass: Int?
    /// How an image's group is found.
    public var groupBy: String?
    /// The id of the first class, 1 or 0.
    public var firstClassID = 1
    /// How files become pixels.
    public var reading = ImageReading()
    /// What to do with an image that cannot be used.
    public var onError = OnError.reject
    /// Files a table is written in.
    public var shards = 1
    /// Threads; the result does not depend on it.
    public var workers = 1

    /// The options that have no default.
    public init(folder: String, out: String) { (self.folder, self.out) = (folder, out) }

    /// Checks the numbers.
    func check() throws(CorpusError) {
        try require((1...8192).contains(size), "size \(size)", "1 to 8192 pixels")
        try require((1...100).contains(quality), "quality \(quality)", "1 to 100")
        try require((0...1).contains(firstClassID), "first class id \(firstClassID)", "1 or 0")
        try require((1...99_999).contains(shards), "shards \(shards)", "1 to 99999")
        try require((1...1024).contains(workers), "workers \(workers)", "1 to 1024")
        try require(topClasses ?? 1 > 0, "top classes \(topClasses ?? 0)", "at least 1")
        try require(minPerClass ?? 1 > 0, "min per class \(minPerClass ?? 0)", "at least 1")
    }

    private func require(_ holds: Bool, _ what: String, _ must: String) throws(CorpusError) {
        guard holds else { throw .argument("\(what): must be \(must)") }
    }
}
