internal import Encoders
internal import Packaging
internal import Torch

/// What computes: the part of a model that holds tensors and never leaves its thread.
protocol Network {
    /// Channels of an embedding.
    var width: Int { get }
    /// The logarithm of the factor before the cosine.
    func logitScale() throws -> Double
    /// Normalised embeddings of prepared pictures, row after row.
    func embed(images: [[Float]]) throws -> [Float]
    /// Normalised embeddings of texts, row after row.
    func embed(texts: TokenBatch) throws -> [Float]
    /// Class probabilities of embeddings, row after row; nil where there are no classes.
    func probabilities(_ embeddings: [Float]) throws -> [Double]?
}

/// A bundle's network.
struct BundleNetwork: Network {
    let engine: Engine

    var width: Int { engine.width }
    func logitScale() throws -> Double { engine.logitScale }
    func embed(images: [[Float]]) throws -> [Float] { try engine.embed(images) }
    func embed(texts: TokenBatch) throws -> [Float] { try engine.embed(texts: texts) }
    func probabilities(_ embeddings: [Float]) throws -> [Double]? {
        try engine.probabilities(embeddings)
    }
}

/// A model folder's network.
struct EncoderNetwork: Network {
    let model: ImageTextModel
    let preprocessing: Preprocessing

    var width: Int { model.configuration.projection }
    func logitScale() throws -> Double { try withoutGradients { try model.logitScale.item() } }

    func embed(images: [[Float]]) throws -> [Float] {
        try withoutGradients {
            let pixels = try Tensor(
                images.flatMap { $0 },
                [images.count, 3, preprocessing.height, preprocessing.width])
            return try model.embed(images: pixels.moved(to: model.device)).array()
        }
    }

    func embed(texts: TokenBatch) throws -> [Float] {
        try withoutGradients { try model.embed(texts: texts).array() }
    }

    func probabilities(_ embeddings: [Float]) throws -> [Double]? { nil }
}
