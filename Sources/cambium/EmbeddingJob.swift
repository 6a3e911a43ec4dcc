internal import Corpus
internal import Encoders
internal import Evaluation
internal import Files
internal import Foundation
internal import Imaging
internal import Torch

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
    let log: Log

    /// Embeds a table, a folder or files.
    func embed(images paths: [String]) throws {
        let source = try Arguments.checked { try ImageSources.open(paths) }
        guard source.count > 0 else { throw UsageError("\(paths[0]): holds no images") }
        let progress = log.progress("embed", total: source.count, unit: "images")
        let keys = try (0..<source.count).map { try source.key($0) }
        let classes = (0..<source.count).map { evaluationLabel(source.label($0)) }
        if let side = try rawPixelSide() {
            let rows = EmbeddingRows(self, dimension: 3 * side * side, keys, classes, progress)
            try rawPixels(source, side) { try rows.take($0) }
            try rows.finish()
        } else {
            let embedder = try embedder().0
            let rows = EmbeddingRows(self, dimension: embedder.width, keys, classes, progress)
            try embedder.forEachBatch(of: source) { try rows.take($0) }
            try rows.finish()
        }
    }

    /// Embeds the lines of a file; each line is its own key.
    func embed(textFile path: String) throws {
        try Paths.requireFile(path)
        let texts = try FileSystem.readText(path).split(separator: "\n").map {
            $0.hasSuffix("\r") ? String($0.dropLast()) : String($0)
        }
        guard !texts.isEmpty else { throw UsageError("\(path): holds no text") }
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
        let keys = texts.map { $0.split(separator: "\t").joined(separator: " ") }
        let rows = EmbeddingRows(
            self, dimension: embedder.width, keys, texts.map { _ in nil }, progress)
        try embedder.forEachBatch(of: texts, tokenizer) { try rows.take($0) }
        try rows.finish()
    }

    private func embedder() throws -> (Embedder, ModelFolder) {
        let folder = try Arguments.checked {
            try ModelFolder(model, environment: ProcessInfo.processInfo.environment)
        }
        let place: Device = try Arguments.device(device)
        var preprocessing = folder.preprocessing
        preprocessing.reading = try reading.reading(elseOf: preprocessing.reading)
        var embedder = try Embedder(try load(folder, place), preprocessing)
        embedder.batchSize = batchSize
        embedder.workers = workers ?? ProcessInfo.processInfo.activeProcessorCount
        embedder.normalized = normalized
        return (embedder, folder)
    }

    private func load(_ folder: ModelFolder, _ place: Device) throws -> ImageTextModel {
        guard let seed = untrained else { return try folder.load(device: place) }
        return try ImageTextModel(
            folder.configuration.model,
            from: RandomSource(
                seed: seed, start: folder.configuration.model.start, device: place))
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
        _ source: any ImageSource, _ side: Int, take: ([Float]) throws -> Void
    ) throws {
        let reading = try reading.reading(elseOf: nil)
        for row in 0..<source.count {
            try take(RawPixels.embedding(of: try source.image(row, reading), side: side))
        }
    }
}
