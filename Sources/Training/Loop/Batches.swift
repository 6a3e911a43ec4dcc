/// One process's images of one step with what is known about them, and the classes of all.
public struct TrainingBatch: Sendable {
    /// Normalised pixels, row-major [rows, 3, height, width].
    public var pixels: [Float]
    /// Class numbers of the whole batch, on all processes; 0 is unlabelled.
    public var labels: [Int]
    /// Which of these this process has.
    public var rows: Range<Int>
    /// The text of each image.
    public var texts: [String]
    /// The key of each image, for messages.
    public var keys: [String]
    /// What is left of each image of the whole batch where they are mixed, 0 to 1; the rest is
    /// image `labels.count - 1 - i`'s.
    public var shares: [Double]?

    /// A batch; `texts` and `keys` have one element for each of `rows`, which are all where
    /// there is one process.
    public init(
        pixels: [Float], labels: [Int], rows: Range<Int>? = nil, texts: [String], keys: [String]
    ) {
        (self.pixels, self.labels, self.texts, self.keys) = (pixels, labels, texts, keys)
        self.rows = rows ?? 0..<labels.count
    }
}

/// Batches of one epoch in order.
public protocol BatchSource: AnyObject {
    /// The next batch, nil after the last.
    func next() throws -> TrainingBatch?
}
