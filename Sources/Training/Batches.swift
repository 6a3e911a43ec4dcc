/// Images of one step with what is known about them.
public struct TrainingBatch: Sendable {
    /// Normalised pixels, row-major [batch, 3, height, width].
    public var pixels: [Float]
    /// Class numbers; 0 is unlabelled.
    public var labels: [Int]
    /// The text of each image.
    public var texts: [String]
    /// The key of each image, for messages.
    public var keys: [String]

    /// A batch; the three lists have one element an image.
    public init(pixels: [Float], labels: [Int], texts: [String], keys: [String]) {
        (self.pixels, self.labels, self.texts, self.keys) = (pixels, labels, texts, keys)
    }
}

/// Batches of one epoch in order.
public protocol BatchSource: AnyObject {
    /// The next batch, nil after the last.
    func next() throws -> TrainingBatch?
}
