public import CambiumCorpus
public import CambiumEncoders
internal import CambiumFiles
internal import CambiumImaging

/// Turns images and texts into embeddings with a loaded model.
public struct Embedder {
    private let model: ImageTextModel
    private let transform: ImageTransform
    /// Prepared rows through the model.
    public let encoder: BatchEncoder
    private let reading: ImageReading?
    /// Images at a time.
    public var batchSize = 32
    /// Threads that decode.
    public var workers = 2
    /// Whether embeddings get length 1.
    public var normalized = true

    /// An embedder that prepares images as `preprocessing` says.
    public init(_ model: ImageTextModel, _ preprocessing: Preprocessing) throws {
        (self.model, reading) = (model, preprocessing.reading)
        transform = try preprocessing.transform()
        encoder = BatchEncoder(
            model, height: preprocessing.height, width: preprocessing.width)
    }

    /// Channels of an embedding.
    public var width: Int { model.configuration.projection }

    /// Embeddings of some images of a source, row-major [rows, width].
    public func embed(
        _ source: any ImageSource, rows: Range<Int>, cache: ImageCache? = nil
    ) throws -> [Float] {
        var values: [Float] = []
        values.reserveCapacity(rows.count * width)
        try forEachBatch(of: source, rows: Array(rows), cache: cache) { values += $0 }
        return values
    }

    /// Embeddings of all images of a source, row-major [count, width], in the source's order.
    /// `progress` hears the number of images done.
    public func embed(
        _ source: any ImageSource, cache: ImageCache? = nil, progress: (Int) -> Void = { _ in }
    ) throws -> [Float] {
        var values: [Float] = []
        values.reserveCapacity(source.count * width)
        try forEachBatch(of: source, cache: cache) { rows in
            values += rows
            progress(values.count / width)
        }
        return values
    }

    /// Gives the embeddings of all or some images of a source to `take`, a batch [rows, width] at a
    /// time, in the given order.
    public func forEachBatch(
        of source: any ImageSource, rows: [Int]? = nil, cache: ImageCache? = nil,
        _ take: ([Float]) throws -> Void
    ) throws {
        let transform = transform
        let loader = BatchLoader(
            source, rows: rows ?? Array(0..<source.count), batchSize: batchSize, workers: workers,
            cache: cache, reading: reading, transform: { image, _ in transform.evaluation(image) })
        while let batch = try loader.next() {
            let (pixels, size) = (batch.pixels, batch.pixels.count / batch.rows.count)
            try take(
                encoder.images(batch.rows.count, normalized: normalized) { rows in
                    Array(pixels[rows.lowerBound * size..<rows.upperBound * size])
                })
        }
    }

    /// Embeddings of texts, row-major [texts, width].
    public func embed(
        texts: [String], _ tokenizer: Tokenizer, progress: (Int) -> Void = { _ in }
    ) throws -> [Float] {
        var values: [Float] = []
        try forEachBatch(of: texts, tokenizer) { rows in
            values += rows
            progress(values.count / width)
        }
        return values
    }

    /// Gives the embeddings of texts to `take`, a batch [rows, width] at a time.
    public func forEachBatch(
        of texts: [String], _ tokenizer: Tokenizer, _ take: ([Float]) throws -> Void
    ) throws {
        for start in stride(from: 0, to: texts.count, by: batchSize) {
            let part = Array(texts[start..<min(start + batchSize, texts.count)])
            try take(encoder.texts(tokenizer.batch(part), normalized: normalized))
        }
    }
}
