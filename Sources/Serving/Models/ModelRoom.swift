internal import CambiumCorpus
internal import CambiumEncoders
internal import CambiumFiles
internal import CambiumImaging
internal import CambiumPackaging
internal import CambiumTorch
internal import Dispatch

/// What is known of a loaded model outside its room: values, no tensors.
struct ModelFacts: Sendable {
    let kind: ModelSource.Kind
    let width: Int
    let logitScale: Double
    let preparation: ImagePreparation
    let tokenizer: Tokenizer
    /// What a bundle is; nil for an encoder.
    let manifest: BundleManifest?
    /// What tells one version from another.
    let version: String

    /// The classes in the order of the probabilities; nil for an encoder.
    var labels: [BundleLabel]? { manifest?.labels }
}

/// A picture's answer.
struct ImageAnswer: Sendable {
    let embedding: [Float]
    /// In the order of the labels; nil for an encoder.
    let probabilities: [Double]?
}

/// A loaded model and the threads that compute with it. Arrays cross its door, tensors don't.
///
/// On a processor two batches compute at once: while the last part of one is at work on a single
/// thread, the parts of the other keep the rest busy.
final class ModelRoom: Sendable {
    /// Batches that compute at once.
    let places: Int
    let facts: ModelFacts
    // Nothing of it changes once it is loaded.
    private nonisolated(unsafe) let engine: Engine
    /// Threads whose batches are divided among the engine's own.
    private let threads: WorkerPool

    /// What takes all threads at once is computed here, whatever model it is of: libtorch keeps a
    /// team of threads for every thread that calls it, and where their teams are more than the
    /// cores, they sleep instead of waiting for work: a lone small image takes twice the time.
    private static let lone = WorkerPool(threads: 1, named: "model")

    /// Two batches at a time compute in the process, however many models are served.
    private static let turns = DispatchSemaphore(value: 2)

    /// Loads the model and computes once, so that the first caller does not wait for it.
    init(_ source: ModelSource, _ device: Device) async throws {
        let places = device == .cpu ? 2 : 1
        let threads = WorkerPool(threads: places, named: "model-\(source.name)") {
            Runtime.shareThreads(1)
        }
        // On a thread that may take them all, and ends with its team.
        let loaded = try await WorkerPool(threads: 1, named: "load").run {
            try Loaded(source, device)
        }
        (self.places, self.threads) = (places, threads)
        (facts, engine) = (loaded.facts, loaded.engine)
        _ = try await embed(images: [
            facts.preparation.pixels(RGBImage(width: 1, height: 1, pixels: [0, 0, 0]))
        ])
        _ = try await embed(texts: [facts.tokenizer.encode("")])
    }

    /// What the model took is free once its room is gone; with every reload more would be kept.
    deinit {
        DispatchQueue.global().asyncAfter(deadline: .now() + 1) { Runtime.returnFreeMemory() }
    }

    private struct Loaded: @unchecked Sendable {
        let engine: Engine
        let facts: ModelFacts

        init(_ source: ModelSource, _ device: Device) throws {
            let version: String
            switch source.kind {
            case .bundle:
                let bundle = try ModelBundle(source.path)
                engine = try Engine(bundle, device: device)
                version = Digest.sha256(Array(bundle.manifest.document.utf8))
            case .encoder:
                let folder = try ModelBundle.model(at: source.path)
                engine = try Engine(encoder: folder, device: device)
                version = try folder.weightsPath.map { try Digest.sha256(file: $0) } ?? ""
            }
            facts = ModelFacts(
                kind: source.kind, width: engine.width, logitScale: engine.logitScale,
                preparation: engine.preparation, tokenizer: try engine.tokenizer(),
                manifest: engine.manifest, version: version)
        }
    }

    /// The answers to prepared pictures.
    func embed(images: [[Float]]) async throws -> [ImageAnswer] {
        try await compute(engine.takesAllThreads(images: images.count)) { engine in
            let output = try engine.run(images)
            return images.indices.map { row in
                ImageAnswer(
                    embedding: Array(output.embedding(row)),
                    probabilities: engine.manifest.map { _ in Array(output.probabilities(row)) })
            }
        }
    }

    /// The embeddings of texts.
    func embed(texts: [TokenizedText]) async throws -> [[Float]] {
        let batch = TokenBatch(
            ids: texts.flatMap(\.ids), mask: texts.flatMap(\.mask),
            contextLength: texts.first?.ids.count ?? 0)
        return try await compute(engine.takesAllThreads(texts: texts.count)) { engine in
            let embeddings = try engine.embed(texts: batch)
            return texts.indices.map {
                Array(embeddings[$0 * engine.width..<($0 + 1) * engine.width])
            }
        }
    }

    private func compute<Answer: Sendable>(
        _ takesAllThreads: Bool, _ body: @escaping @Sendable (Engine) throws -> Answer
    ) async throws -> Answer {
        try await (takesAllThreads ? Self.lone : threads).run { [self] in
            Self.turns.wait()
            defer { Self.turns.signal() }
            return try body(engine)
        }
    }
}
