public import Encoders
internal import Torch

/// What a server asks of a loaded bundle besides its classes.
extension Engine {
    /// Channels of an embedding.
    public var width: Int { model.configuration.projection }

    /// The logarithm of the factor before the cosine, as the weights hold it.
    public func logitScale() throws -> Double {
        try withoutGradients { try model.logitScale.item() }
    }

    /// Normalised embeddings of texts, row-major [texts, width].
    public func embed(texts: TokenBatch) throws -> [Float] {
        try withoutGradients { try model.embed(texts: texts).array() }
    }
}
