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
    let preprocessing: Preprocessing
    let transform: ImageTransform
    let tokenizer: Tokenizer
    /// The classes in the order of the probabilities; nil for an encoder.
    let labels: [BundleLabel]?
    /// What tells one version from another.
    let version: String
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
    private var network: (any Network)?
    /// Images compute in multiples of this; the last ones are repeats, whose answers are dropped.
    private var step = 1

    /// One model computes at a time, however many are served: each would take all cores.
    private static let turn = Mutex(())

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(named name: String) { executor = ThreadExecutor("model-\(name)") }

    /// Loads the model and computes once, so that the first caller does not wait for it.
    func load(_ source: ModelSource, _ device: Device) throws -> ModelFacts {
        let facts: ModelFacts
        switch source.kind {
        case .bundle: facts = try loadBundle(source.path, device)
        case .encoder: facts = try loadEncoder(source.path, device)
        }
        _ = try embed(images: [
            facts.transform.evaluation(RGBImage(width: 1, height: 1, pixels: [0, 0, 0]))
        ])
        _ = try embed(texts: [facts.tokenizer.encode("")])
        return facts
    }

    private func loadBundle(_ path: String, _ device: Device) throws -> ModelFacts {
        let bundle = try ModelBundle(path)
        let engine = try Engine(bundle, device: device)
        let network = BundleNetwork(engine: engine)
        self.network = network
        step = Self.step(bundle.folder)
        return try facts(
            network, .bundle, bundle.manifest.preprocessing, bundle.folder.tokenizer(),
            bundle.manifest.labels, Digest.sha256(Array(bundle.manifest.document.utf8)))
    }

    private func loadEncoder(_ path: String, _ device: Device) throws -> ModelFacts {
        let folder = try ModelFolder(path)
        let network = EncoderNetwork(
            model: try folder.load(device: device), preprocessing: folder.preprocessing)
        self.network = network
        step = Self.step(folder)
        let version = try folder.weightsPath.map { try Digest.sha256(file: $0) } ?? ""
        return try facts(
            network, .encoder, folder.preprocessing, folder.tokenizer(), nil, version)
    }

    /// The library's matrix products take rows by 16 and what is left over another way, which
    /// rounds differently: by some 2e-7 in an embedding, which a head can turn into 2e-6 of a
    /// probability. Where the smallest map of an image has fewer positions than that (images below
    /// 128 pixels), batches are filled up to whole 16s, so that an image's answer does not depend
    /// on its company. Larger maps have next to nothing left over.
    private static func step(_ folder: ModelFolder) -> Int {
        let stride = max(folder.configuration.model.image.patchStride.reduce(1, *), 1)
        let (height, width) = (folder.preprocessing.height, folder.preprocessing.width)
        let positions = max(height / stride, 1) * max(width / stride, 1)
        return (15 + positions) / positions
    }

    private func facts(
        _ network: any Network, _ kind: ModelSource.Kind, _ preprocessing: Preprocessing,
        _ tokenizer: Tokenizer, _ labels: [BundleLabel]?, _ version: String
    ) throws -> ModelFacts {
        ModelFacts(
            kind: kind, width: network.width, logitScale: try network.logitScale(),
            preprocessing: preprocessing,
            transform: try ImageTransform(
                width: preprocessing.width, height: preprocessing.height,
                mean: preprocessing.mean.map(Float.init),
                std: preprocessing.deviation.map(Float.init)),
            tokenizer: tokenizer, labels: labels, version: version)
    }

    /// The answers to prepared pictures.
    func embed(images: [[Float]]) throws -> [ImageAnswer] {
        let network = try open()
        let missing = (step - images.count % step) % step
        let repeats = repeatElement(images.first ?? [], count: missing)
        return try Self.turn.withLock { _ in
            let embeddings = Array(
                try network.embed(images: images + repeats)
                    .prefix(images.count * network.width))
            let scores = try network.probabilities(embeddings)
            let classes = (scores?.count ?? 0) / max(images.count, 1)
            return images.indices.map { row in
                ImageAnswer(
                    embedding: Array(embeddings[row * network.width..<(row + 1) * network.width]),
                    probabilities: scores.map { Array($0[row * classes..<(row + 1) * classes]) })
            }
        }
    }

    /// The embeddings of texts.
    func embed(texts: [TokenizedText]) throws -> [[Float]] {
        let network = try open()
        let batch = TokenBatch(
            ids: texts.flatMap(\.ids), mask: texts.flatMap(\.mask),
            contextLength: texts.first?.ids.count ?? 0)
        return try Self.turn.withLock { _ in
            let embeddings = try network.embed(texts: batch)
            return texts.indices.map {
                Array(embeddings[$0 * network.width..<($0 + 1) * network.width])
            }
        }
    }

    private func open() throws -> any Network {
        guard let network else { throw Refusal.fault }
        return network
    }
}
