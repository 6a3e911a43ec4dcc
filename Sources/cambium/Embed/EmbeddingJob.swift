internal import CambiumCorpus
internal import CambiumEncoders
internal import CambiumEvaluation
internal import CambiumFiles
internal import CambiumImaging
internal import CambiumJobs
internal import CambiumPackaging
internal import CambiumTorch
internal import CambiumTraining
internal import Foundation

/// One call of `cambium embed`.
struct EmbeddingJob {
    let model: String
    let device: String
    let batchSize: Int
    let workers: Int?
    let normalized: Bool
    let half: Bool
    let untrained: UInt64?
    let out: String
    let reading: ReadingOptions
    /// Where this process stands among others that share the rows.
    let place: RankPlace
    let log: Log

    /// Whether this process writes the result.
    var leads: Bool { place.leads }

    /// Embeds a table, a folder or files.
    func embed(images paths: [String]) throws {
        let source = try Arguments.checked { try ImageSources.open(paths) }
        guard source.count > 0 else { throw UsageError("\(paths[0]): holds no images") }
        if leads { PassedOver.warn(source, paths.first, log) }
        let progress = log.progress("embed", total: source.count, unit: "images")
        let keys = try (0..<source.count).map { try source.key($0) }
        let classes = (0..<source.count).map { evaluationLabel(source.label($0)) }
        let side = try rawPixelSide()
        try place.perform { distribution, heartbeat in
            let share = Share(distribution, heartbeat, keys, classes, progress)
            if let side {
                try gather(share, width: 3 * side * side, batchSize: 1) { rows, take in
                    try rawPixels(source, rows, side, take: take)
                }
            } else {
                let embedder = try embedder().0
                try gather(share, width: embedder.width, batchSize: batchSize) { rows, take in
                    try embedder.forEachBatch(of: source, rows: rows, take)
                }
            }
        }
    }

    /// Embeds the lines of a file; each line is its own key.
    func embed(textFile path: String) throws {
        let texts = try Self.texts(path)
        try place.perform { try embed(texts, of: path, $0, $1) }
    }

    /// The lines of a file.
    static func texts(_ path: String) throws -> [String] {
        try Paths.requireFile(path)
        let texts = try FileSystem.readText(path).split(separator: "\n").map {
            $0.hasSuffix("\r") ? String($0.dropLast()) : String($0)
        }
        guard !texts.isEmpty else { throw UsageError("\(path): holds no text") }
        return texts
    }

    /// A text as the key of its row.
    static func key(_ text: String) -> String {
        text.split(separator: "\t").joined(separator: " ")
    }

    private func embed(
        _ texts: [String], of path: String, _ distribution: Distribution, _ heartbeat: Heartbeat?
    ) throws {
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
        let keys = texts.map(Self.key)
        let share = Share(distribution, heartbeat, keys, texts.map { _ in nil }, progress)
        try gather(share, width: embedder.width, batchSize: batchSize) { rows, take in
            try embedder.forEachBatch(of: rows.map { texts[$0] }, tokenizer, take)
        }
    }

    /// What a process knows of the work it shares.
    private struct Share {
        let distribution: Distribution
        let heartbeat: Heartbeat?
        let keys: [String]
        let classes: [CambiumEvaluation.ClassLabel?]
        let progress: JobProgress

        init(
            _ distribution: Distribution, _ heartbeat: Heartbeat?, _ keys: [String],
            _ classes: [CambiumEvaluation.ClassLabel?], _ progress: JobProgress
        ) {
            (self.distribution, self.heartbeat) = (distribution, heartbeat)
            (self.keys, self.classes, self.progress) = (keys, classes, progress)
        }
    }

    /// Embeds this process's batches and, in the leading one, writes those of all.
    /// - Parameter embed: gives the embeddings of some rows to its second argument.
    private func gather(
        _ share: Share, width: Int, batchSize: Int,
        _ embed: (_ rows: [Int], _ take: @escaping ([Float]) throws -> Void) throws -> Void
    ) throws {
        let rows = EmbeddingRows(
            self, dimension: width, share.keys, share.classes, share.progress)
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
        let folder = try Arguments.checked {
            try ModelBundle.model(at: model, environment: ProcessInfo.processInfo.environment)
        }
        let device = try place.device(device)
        var preprocessing = folder.preprocessing
        preprocessing.reading = try reading.reading(elseOf: preprocessing.reading)
        var embedder = try Embedder(try load(folder, device), preprocessing)
        embedder.batchSize = batchSize
        embedder.workers = workers ?? place.threads
        embedder.normalized = normalized
        return (embedder, folder)
    }

    private func load(_ folder: ModelFolder, _ device: Device) throws -> ImageTextModel {
        guard let seed = untrained else { return try folder.load(device: device) }
        return try ImageTextModel(
            folder.configuration.model,
            from: RandomSource(
                seed: seed, start: folder.configuration.model.start, device: device))
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
        let reading = try reading.reading(elseOf: nil)
        for row in rows {
            try take(RawPixels.embedding(of: try source.image(row, reading), side: side))
        }
    }
}
