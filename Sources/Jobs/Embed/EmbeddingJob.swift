internal import CambiumCorpus
internal import CambiumEncoders
internal import CambiumEvaluation
internal import CambiumFiles
internal import CambiumImaging
internal import CambiumPackaging
internal import CambiumTorch
internal import CambiumTraining

/// Images or texts to an array of embeddings.
public struct EmbeddingJob: Sendable {
    /// A model folder, a bundle, or `raw-pixels:SIDE` for the pixels themselves.
    public var model: String
    /// `cpu`, `cuda`, `cuda:N`, or `auto`.
    public var device = "auto"
    /// Images or texts at a time.
    public var batchSize = 32
    /// Threads that decode; nil: one a core.
    public var workers: Int?
    /// Whether embeddings are brought to length 1.
    public var normalized = true
    /// Whether half-precision numbers are written.
    public var half = false
    /// Draws weights from this seed instead of taking the folder's, for an untrained reference.
    public var untrained: UInt64?
    /// Takes the weights that the training run started from whose folder, or model, ``model`` is.
    public var isStart = false
    /// How files become pixels, over what the model knows of it.
    public var reading = ReadingChoice()
    /// The array to write (.npy); NAME.keys.tsv appears beside it.
    public var out: String
    private let place: RankPlace
    private let log: Log

    /// The defaults above, at this process's place among others that share the rows.
    public init(model: String, out: String, at place: RankPlace = .alone, log: Log = Log()) {
        (self.model, self.out) = (model, out)
        (self.place, self.log) = (place, log.of(place))
    }

    /// Embeds and writes; gives how many rows there are.
    @discardableResult
    public func run(_ input: EmbeddingInput) throws -> Int {
        switch input {
        case .images(let paths): return try embed(images: paths)
        case .texts(let path):
            let texts = try EmbeddingInput.texts(of: path)
            try place.perform { try embed(texts, of: path, $0, $1) }
            return texts.count
        }
    }

    /// Embeds a table, a folder or files.
    private func embed(images paths: [String]) throws -> Int {
        let source = try Arguments.checked { try ImageSources.open(paths) }
        guard source.count > 0 else { throw UsageError("\(paths[0]): holds no images") }
        if place.leads { PassedOver.warn(source, paths.first, log) }
        let progress = log.progress("embed", total: source.count, unit: "images")
        let keys = try (0..<source.count).map { try source.key($0) }
        let classes = (0..<source.count).map { evaluationLabel(source.label($0)) }
        let side = try rawPixelSide()
        try EvaluationTables.checked { try EmbeddingOrigin.requireRoom(for: out) }
        try place.perform { distribution, heartbeat in
            let share = Share(distribution, heartbeat, keys, classes, progress)
            if let side {
                let origin = { [reading, model] in
                    EmbeddingOrigin(
                        model: .init(name: model, sha256: nil),
                        reading: Origins.reading(
                            try Origins.reading(of: paths, elseOf: reading.reading(elseOf: nil)),
                            size: (side, side)), isNormalized: false)
                }
                try gather(share, origin, width: 3 * side * side, batchSize: 1) { rows, take in
                    try rawPixels(source, rows, side, take: take)
                }
            } else {
                let (embedder, folder) = try embedder()
                let own = reading.reading(elseOf: folder.preprocessing.reading)
                let origin = { [normalized] in
                    try Origins.of(
                        folder, source, Origins.reading(of: paths, elseOf: own),
                        drawn: try self.drawn(), isNormalized: normalized)
                }
                try gather(share, origin, width: embedder.width, batchSize: batchSize) {
                    rows, take in
                    try embedder.forEachBatch(of: source, rows: rows, take)
                }
            }
        }
        return keys.count
    }

    private func embed(
        _ texts: [String], of path: String, _ distribution: Distribution, _ heartbeat: Heartbeat?
    ) throws {
        try EvaluationTables.checked { try EmbeddingOrigin.requireRoom(for: out) }
        let (embedder, folder) = try embedder()
        let tokenizer = try folder.tokenizer()
        for (line, text) in texts.enumerated() {
            let encoded = tokenizer.encode(text)
            if encoded.wasCut {
                log.warning(
                    "\(path):\(line + 1): \(encoded.tokenCount) tokens, cut to "
                        + "\(tokenizer.contextLength)")
            }
        }
        let progress = log.progress("embed", total: texts.count, unit: "texts")
        let keys = texts.map(EmbeddingInput.key)
        let share = Share(distribution, heartbeat, keys, texts.map { _ in nil }, progress)
        // Texts have no pixels: the model alone tells whose they are.
        let origin = { [normalized] in
            EmbeddingOrigin(
                model: try Origins.model(folder, drawn: try self.drawn()), reading: .object([:]),
                isNormalized: normalized)
        }
        try gather(share, origin, width: embedder.width, batchSize: batchSize) { rows, take in
            try embedder.forEachBatch(of: rows.map { texts[$0] }, tokenizer, take)
        }
    }

    /// What a process knows of the work it shares.
    private struct Share {
        let distribution: Distribution
        let heartbeat: Heartbeat?
        let keys: [String]
        let classes: [ClassLabel?]
        let progress: JobProgress

        init(
            _ distribution: Distribution, _ heartbeat: Heartbeat?, _ keys: [String],
            _ classes: [ClassLabel?], _ progress: JobProgress
        ) {
            (self.distribution, self.heartbeat) = (distribution, heartbeat)
            (self.keys, self.classes, self.progress) = (keys, classes, progress)
        }
    }

    /// Embeds this process's batches and, in the leading one, writes those of all.
    /// - Parameter embed: gives the embeddings of some rows to its second argument.
    private func gather(
        _ share: Share, _ origin: @escaping () throws -> EmbeddingOrigin, width: Int,
        batchSize: Int,
        _ embed: (_ rows: [Int], _ take: @escaping ([Float]) throws -> Void) throws -> Void
    ) throws {
        let rows = EmbeddingRows(
            self, dimension: width, share.keys, share.classes, origin, share.progress)
        let batches = DealtBatches(
            count: share.keys.count, batchSize: batchSize, in: share.distribution)
        var done = 0
        try batches.gather(width: width, in: share.distribution) { take in
            try embed(batches.own) { vectors in
                done += 1
                share.heartbeat?.advance(to: done)
                try take(vectors)
            }
        } take: {
            try rows.take($0)
        }
        try rows.finish()
    }

    private func embedder() throws -> (Embedder, ModelFolder) {
        if isStart { _ = try StartingModel(run: run) }
        let folder = try Arguments.checked {
            try ModelBundle.model(at: isStart ? "\(run)/model" : model)
        }
        let device = try place.device(device)
        var preprocessing = folder.preprocessing
        preprocessing.reading = reading.reading(elseOf: preprocessing.reading)
        var embedder = try Embedder(try load(folder, device), preprocessing)
        embedder.batchSize = batchSize
        embedder.workers = workers ?? place.threads
        embedder.normalized = normalized
        return (embedder, folder)
    }

    private func load(_ folder: ModelFolder, _ device: Device) throws -> ImageTextModel {
        if isStart { return try StartingModel(run: run).load(on: device, Log()) }
        guard let seed = untrained else { return try folder.load(device: device) }
        return try ImageTextModel(
            folder.configuration.model,
            from: RandomSource(
                seed: seed, start: folder.configuration.model.start, device: device))
    }

    /// The folder of the training run that ``model`` is, or is the model of.
    private var run: String {
        FileSystem.kind("\(model)/checkpoints") == .folder ? model : FileSystem.parent(model)
    }

    /// What tells weights apart that are not the folder's; nil where they are.
    private func drawn() throws -> String? {
        if isStart {
            let start = try StartingModel(run: run)
            return "the start of \(run): \(start.recipe.seed) \(try start.digests())"
        }
        return untrained.map { "drawn from seed \($0)" }
    }

    /// The side of `raw-pixels:SIDE`, nil for any other model.
    private func rawPixelSide() throws -> Int? {
        guard model.hasPrefix("raw-pixels") else { return nil }
        guard let side = Int(model.dropFirst("raw-pixels:".count)), (1...1024).contains(side) else {
            throw UsageError("--model \(model): raw-pixels needs a side, as in raw-pixels:32")
        }
        return side
    }

    /// The pixels themselves, an image at a time.
    private func rawPixels(
        _ source: any ImageSource, _ rows: [Int], _ side: Int, take: ([Float]) throws -> Void
    ) throws {
        let reading = reading.reading(elseOf: nil)
        for row in rows {
            try take(RawPixels.embedding(of: try source.image(row, reading), side: side))
        }
    }
}
