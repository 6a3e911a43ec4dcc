public import Encoders
internal import Torch

extension Engine {
    /// Normalised embeddings of texts that were cut into tokens elsewhere, row-major
    /// [texts, width]: a server counts tokens before it queues.
    public func embed(texts: TokenBatch) throws -> [Float] {
        try withoutGradients { try model.embed(texts: texts).array() }
    }
}
