public import CambiumLayers
public import CambiumTorch

/// What an image-text model is made of.
public struct ImageTextConfiguration: Sendable, Equatable {
    /// The image encoder.
    public var image = DaViTConfiguration()
    /// The text encoder.
    public var text = TextConfiguration()
    /// Channels of the shared space.
    public var projection = 1024
    /// The logarithm that a model from scratch starts with; MedImageInsight's code has 1, CLIP
    /// starts at ln(1 / 0.07) = 2.66.
    public var logitScale = 1.0
    /// The scale that a model from scratch starts at.
    public var start = WeightStart.published

    /// MedImageInsight's own sizes.
    public init() {}
}

/// MedImageInsight's two towers and their shared space (UniCL, Yang et al., 2022).
///
/// Parameters stand under the names of its published weights: `image_encoder.*`,
/// `lang_encoder.*`, `image_projection` and `lang_projection` [in, out] used as `x @ P`, and
/// `logit_scale`, the logarithm of the temperature's inverse.
public struct ImageTextModel {
    /// The image tower.
    public let imageEncoder: DaViT
    /// The text tower.
    public let textEncoder: TextTransformer
    let imageProjection: Tensor
    let textProjection: Tensor
    /// Logarithm of the factor that turns cosine similarities into logits, rank 0.
    public let logitScale: Tensor
    /// All parameters under their names.
    public let parameters: ParameterBook
    /// What it was built from.
    public let configuration: ImageTextConfiguration

    /// Builds both towers over a source of parameters.
    public init(_ configuration: ImageTextConfiguration, from source: any ParameterSource) throws {
        let book = ParameterBook(source)
        let scope = book.scope
        imageEncoder = try DaViT(configuration.image, in: scope.at("image_encoder"))
        textEncoder = try TextTransformer(configuration.text, in: scope.at("lang_encoder"))
        imageProjection = try scope(
            "image_projection", [configuration.image.outputWidth, configuration.projection],
            .truncatedNormal(0.02))
        textProjection = try scope(
            "lang_projection", [configuration.text.width, configuration.projection],
            .truncatedNormal(0.02))
        logitScale = try scope("logit_scale", [], .constant(configuration.logitScale))
        parameters = book
        self.configuration = configuration
    }

    /// Embeddings [batch, projection] of `images` [batch, 3, height, width], L2-normalised
    /// unless asked otherwise.
    public func embed(
        images: Tensor, _ phase: Phase = .evaluation, normalized: Bool = true
    ) throws -> Tensor {
        try shared(imageEncoder(images, phase).matmul(imageProjection), normalized)
    }

    /// Embeddings [texts, projection], L2-normalised unless asked otherwise.
    public func embed(texts: TokenBatch, normalized: Bool = true) throws -> Tensor {
        try shared(textEncoder(texts).matmul(textProjection), normalized)
    }

    /// Features in the projection's own precision, whatever the tower computed in.
    private func shared(_ features: Tensor, _ normalized: Bool) throws -> Tensor {
        let type = imageProjection.type ?? .float32
        let exact = features.type == type ? features : try features.converted(to: type)
        return normalized ? try exact.normalized() : exact
    }

    /// All parameters with their names, in the order of construction.
    public var named: [(name: String, tensor: Tensor)] { parameters.entries }

    /// Where the parameters live.
    public var device: Device { logitScale.device }
}
