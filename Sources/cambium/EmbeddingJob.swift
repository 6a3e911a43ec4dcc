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
        let vectors =
            try rawPixels(source) { progress.update($0) }
            ?? embedder().0.embed(source) { progress.update($0) }
        progress.finish()
        try write(
            vectors, keys: (0..<source.count).map { try source.key($0) },
            classes: (0..<source.count).map { evaluationLabel(source.label($0)) })
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
        let vectors = try embedder.embed(texts: texts, tokenizer) { progress.update($0) }
        progress.finish()
        let keys = texts.map { $0.split(separator: "\t").joined(separator: " ") }
        try write(vectors, keys: keys, classes: texts.map { _ in nil })
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

    /// The pixels themselves where the model is `raw-pixels:SIDE`, else nil.
    private func rawPixels(
        _ source: any ImageSource, progress: (Int) -> Void
    ) throws -> [Float]? {
        guard model.hasPrefix("raw-pixels") else { return nil }
        guard let side = Int(model.dropFirst("raw-pixels:".count)), (1...1024).contains(side) else {
            throw UsageError("--model \(model): raw-pixels needs a side, as in raw-pixels:32")
        }
        let reading = try reading.reading(elseOf: nil)
        var vectors: [Float] = []
        for row in 0..<source.count {
            let image = try source.image(row, reading)
            vectors += RawPixels.embedding(of: image, side: side)
            progress(row + 1)
        }
        return vectors
    }

    private func write(
        _ vectors: [Float], keys: [String], classes: [Evaluation.ClassLabel?]
    ) throws {
        if let bad = vectors.firstIndex(where: { !$0.isFinite }) {
            let row = bad / (vectors.count / keys.count)
            throw CorpusError.image(
                key: keys[row], reason: "its embedding is not finite; the weights are damaged")
        }
        let parent = FileSystem.parent(out)
        try FileSystem.makeFolder(parent)
        try EmbeddingTable.write(
            vectors: vectors, keys: keys, classes: classes, as: half ? .float16 : .float32, to: out)
    }
}
