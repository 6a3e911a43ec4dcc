public import CambiumFiles
public import CambiumImaging

/// A picture to the numbers an encoder takes: `[3, height, width]`, float32. The generator is the
/// row's own; an evaluation leaves it alone.
public typealias PixelTransform =
    @Sendable (RGBImage, inout SeededGenerator) -> [Float]

/// Images on their way to an encoder.
public struct ImageBatch: Sendable {
    /// `[rows.count, 3, height, width]`, C order.
    public let pixels: [Float]
    /// The rows of the source.
    public let rows: [Int]
    /// The labels of the rows, nil where the source has none.
    public let labels: [RowLabel?]
}

/// Decodes and transforms images ahead of the reader on several threads.
///
/// The batches depend on source, rows, seed and epoch alone: every row's random numbers come from
/// a generator of its own, so any number of workers and any point of resumption gives the same
/// bytes. Synchronous: ``next()`` waits for the batch.
public final class BatchLoader {
    private let source: any ImageSource
    private var coming: ArraySlice<[Int]>
    private let workers: OrderedWorkers<Result<[Float], CorpusError>>

    /// Starts loading rows in batches of one size; the last holds what is left.
    public convenience init(
        _ source: any ImageSource, rows: [Int], batchSize: Int, seed: UInt64 = 0, epoch: Int = 0,
        workers: Int = 1, batchesAhead: Int = 2, cache: ImageCache? = nil,
        reading: ImageReading? = nil,
        transform: @escaping PixelTransform
    ) {
        let size = max(batchSize, 1)
        let batches = stride(from: 0, to: rows.count, by: size).map {
            Array(rows[$0..<min($0 + size, rows.count)])
        }
        self.init(
            source, batches: batches, seed: seed, epoch: epoch, workers: workers,
            batchesAhead: batchesAhead, cache: cache, reading: reading, transform: transform)
    }

    /// Starts loading.
    /// - Parameters:
    ///   - batches: the rows to deliver, in order; drop the first n batches to begin in the middle
    ///     of an epoch.
    ///   - seed: the run's seed, for `transform`'s generator.
    ///   - epoch: the epoch, for `transform`'s generator.
    ///   - workers: threads that decode.
    ///   - batchesAhead: batches that may wait for the reader.
    ///   - reading: how files that lie as they came become pixels.
    ///   - cache: keeps decoded pictures for the next epoch; pass the same one each time.
    public init(
        _ source: any ImageSource, batches: [[Int]], seed: UInt64 = 0, epoch: Int = 0,
        workers: Int = 1, batchesAhead: Int = 2, cache: ImageCache? = nil,
        reading: ImageReading? = nil,
        transform: @escaping PixelTransform
    ) {
        (self.source, coming) = (source, batches[...])
        let rows = batches.flatMap(\.self)
        let largest = batches.map(\.count).max() ?? 1
        self.workers = OrderedWorkers(
            count: rows.count, workers: workers,
            ahead: max(largest, 1) * max(batchesAhead, 1) + max(workers, 1)
        ) { index in
            Result { () throws(CorpusError) in
                let row = rows[index]
                let image = try Self.image(row, of: source, reading, cache)
                var generator = SeededGenerator(
                    seed: seed, SeededGenerator.stream("augmentation"),
                    UInt64(bitPattern: Int64(epoch)), UInt64(bitPattern: Int64(row)))
                return transform(image, &generator)
            }
        }
    }

    /// The next batch, nil after the last.
    /// - Throws: ``CorpusError/image(key:reason:)`` for an image that cannot be decoded, in the
    ///   order of the rows.
    public func next() throws(CorpusError) -> ImageBatch? {
        guard let batch = coming.first else { return nil }
        var pixels: [Float] = []
        for _ in batch {
            guard let result = workers.next() else { return nil }
            let image = try result.get()
            if pixels.isEmpty { pixels.reserveCapacity(image.count * batch.count) }
            pixels += image
        }
        coming.removeFirst()
        return ImageBatch(pixels: pixels, rows: batch, labels: batch.map(source.label))
    }

    private static func image(
        _ row: Int, of source: any ImageSource, _ reading: ImageReading?, _ cache: ImageCache?
    ) throws(CorpusError) -> RGBImage {
        guard let cache else { return try source.image(row, reading) }
        return try cache.image(row) { () throws(CorpusError) in try source.image(row, reading) }
    }
}
