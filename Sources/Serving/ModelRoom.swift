internal import Corpus
internal import Encoders
internal import Files
internal import Imaging
internal import Packaging
internal import Synchronization
internal import Torch

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

/// The one place where a model's tensors live and compute, on a thread of its own. Arrays cross
/// its door, tensors don't.
actor ModelRoom {
    private let executor: ThreadExecutor
    private var engine: Engine?

    /// One model computes at a time, however many are served: each would take all cores.
    private static let turn = Mutex(())

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(named name: String) { executor = ThreadExecutor("model-\(name)") }

    /// Loads the model and computes once, so that the first caller does not wait for it.
    func load(_ source: ModelSource, _ device: Device) throws -> ModelFacts {
        let facts: ModelFacts
        switch source.kind {
        case .bundle:
            let bundle = try ModelBundle(source.path)
            let manifest = Array(bundle.manifest.document.utf8)
            facts = try enter(
                .bundle, Engine(bundle, device: device), bundle.folder, Digest.sha256(manifest))
        case .encoder:
            let folder = try ModelFolder(source.path)
            let version = try folder.weightsPath.map { try Digest.sha256(file: $0) } ?? ""
            facts = try enter(
                .encoder, Engine(encoder: folder, device: device), folder, version)
        }
        _ = try embed(images: [
            try facts.preparation.pixels(RGBImage(width: 1, height: 1, pixels: [0, 0, 0]))
        ])
        _ = try embed(texts: [facts.tokenizer.encode("")])
        return facts
    }

    private func enter(
        _ kind: ModelSource.Kind, _ engine: Engine, _ folder: ModelFolder, _ version: String
    ) throws -> ModelFacts {
        self.engine = engine
        return ModelFacts(
            kind: kind, width: engine.width, logitScale: engine.logitScale,
            preparation: engine.preparation, tokenizer: try folder.tokenizer(),
            manifest: engine.manifest, version: version)
    }

    /// The answers to prepared pictures.
    func embed(images: [[Float]]) throws -> [ImageAnswer] {
        let engine = try open()
        let output = try Self.turn.withLock { _ in try engine.run(images) }
        return images.indices.map { row in
            ImageAnswer(
                embedding: Array(output.embedding(row)),
                probabilities: engine.manifest.map { _ in Array(output.probabilities(row)) })
        }
    }

    /// The embeddings of texts.
    func embed(texts: [TokenizedText]) throws -> [[Float]] {
        let engine = try open()
        let batch = TokenBatch(
            ids: texts.flatMap(\.ids), mask: texts.flatMap(\.mask),
            contextLength: texts.first?.ids.count ?? 0)
        let embeddings = try Self.turn.withLock { _ in try engine.embed(texts: batch) }
        return texts.indices.map {
            Array(embeddings[$0 * engine.width..<($0 + 1) * engine.width])
        }
    }

    private func open() throws -> Engine {
        guard let engine else { throw Refusal.fault }
        return engine
    }
}
