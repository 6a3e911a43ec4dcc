internal import CambiumFiles
internal import CambiumTorch

/// Prepared images and texts through a model, many at a time.
///
/// On a processor a batch is cut into parts that threads compute side by side. A part is small: its
/// activations stay in the caches, and memory for them is reused instead of asked for anew. A batch
/// with too few parts for the threads stays whole.
public final class BatchEncoder {
    private let model: ImageTextModel
    private let size: PartSize
    private let crew: ComputeCrew?
    private let pixels: Int
    private let shape: [Int]

    /// Encodes texts, and images [3, height, width].
    /// - Parameter threads: of all parts together; nil for what an operator may use.
    public init(_ model: ImageTextModel, height: Int, width: Int, threads: Int? = nil) {
        self.model = model
        (shape, pixels) = ([3, height, width], 3 * height * width)
        size = PartSize(
            height: height, width: width,
            stride: model.configuration.image.patchStride.reduce(1, *))
        crew = model.device == .cpu ? ComputeCrew(threads: threads ?? Runtime.threads) : nil
    }

    /// Embeddings of images, row-major [count, channels].
    /// - Parameters:
    ///   - normalized: whether embeddings get length 1.
    ///   - pixels: gives some of the images one after another, [rows, 3, height, width].
    public func images(
        _ count: Int, normalized: Bool = true,
        pixels: @escaping @Sendable (_ rows: Range<Int>) -> [Float]
    ) throws -> [Float] {
        try inParts(count, { size.images(of: count, threads: $0) }) { encoder, rows in
            try encoder.embed(pixels(rows), rows.count, normalized)
        }
    }

    /// Embeddings of texts, row-major [texts, channels].
    public func texts(_ texts: TokenBatch, normalized: Bool = true) throws -> [Float] {
        try inParts(texts.count, { size.texts(of: texts.count, threads: $0) }) { encoder, rows in
            try withoutGradients {
                try encoder.model.embed(texts: texts[rows], normalized: normalized).array()
            }
        }
    }

    /// Whether so many images are computed at once by operators that use all threads.
    public func isWhole(images count: Int) -> Bool {
        partSize(of: count) { size.images(of: count, threads: $0) } == nil
    }

    /// Whether so many texts are computed at once by operators that use all threads.
    public func isWhole(texts count: Int) -> Bool {
        partSize(of: count) { size.texts(of: count, threads: $0) } == nil
    }

    /// Rows a part; nil where the batch stays whole.
    private func partSize(of count: Int, _ size: (_ threads: Int) -> Int) -> Int? {
        guard let crew, count > 0 else { return nil }
        let size = size(crew.threads)
        return crew.isWorthwhile((count + size - 1) / size) ? size : nil
    }

    private func inParts(
        _ count: Int, _ size: (_ threads: Int) -> Int,
        _ embed: @escaping @Sendable (BatchEncoder, Range<Int>) throws -> [Float]
    ) throws -> [Float] {
        guard count > 0 else { return [] }
        guard let crew, let size = partSize(of: count, size) else {
            return try embed(self, 0..<count)
        }
        let starts = Array(stride(from: 0, to: count, by: size))
        let answers = Lock([[Float]](repeating: [], count: starts.count))
        // Members only read the parameters, and are done before this returns.
        nonisolated(unsafe) let encoder = self
        try crew.perform(starts.count) { part in
            let values = try embed(encoder, starts[part]..<min(starts[part] + size, count))
            answers.withLock { $0[part] = values }
        }
        return answers.withLock { Array($0.joined()) }
    }

    private func embed(_ images: [Float], _ count: Int, _ normalized: Bool) throws -> [Float] {
        let whole = size.filled(count)
        var values = images
        // Only what is filled up is copied.
        for _ in count..<whole { values += images.prefix(pixels) }
        return try withoutGradients {
            let batch = try Tensor(values, [whole] + shape).moved(to: model.device)
            let all: [Float] = try model.embed(images: batch, normalized: normalized).array()
            return whole == count ? all : Array(all.prefix(all.count / whole * count))
        }
    }
}

/// How many rows of a batch are computed together.
struct PartSize {
    /// Pixels of an image.
    private let pixels: Int
    /// Images whose smallest maps have whole 16s of positions together.
    private let step: Int

    init(height: Int, width: Int, stride: Int) {
        pixels = max(height * width, 1)
        let positions = max(height / max(stride, 1), 1) * max(width / max(stride, 1), 1)
        step = (15 + positions) / positions
    }

    /// Images of a part: as many as have the pixels of 16 images of 64 pixels a side, fewer where
    /// threads would have nothing to do.
    func images(of count: Int, threads: Int) -> Int {
        filled(even(count, filled((16 * 64 * 64 + pixels - 1) / pixels), threads))
    }

    /// Texts of a part.
    func texts(of count: Int, threads: Int) -> Int { even(count, 16, threads) }

    /// The number of images that are computed for `count` of them; the last are repeats, whose
    /// answers are dropped.
    ///
    /// The library's matrix products take rows by 16 and what is left over another way, which
    /// rounds differently: by some 2e-7 in an embedding, which a head can turn into 2e-6 of a
    /// probability. Where the smallest map of an image has fewer positions than that (images below
    /// 128 pixels), parts are filled up to whole 16s, so that an image's answer does not depend
    /// on its company. Larger maps have next to nothing left over.
    func filled(_ count: Int) -> Int { (count + step - 1) / step * step }

    /// At most `most` rows a part, so that all threads have equally much to do.
    private func even(_ count: Int, _ most: Int, _ threads: Int) -> Int {
        let rounds = (count + most * threads - 1) / (most * threads)
        return max((count + rounds * threads - 1) / max(rounds * threads, 1), 1)
    }
}
