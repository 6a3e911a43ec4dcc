internal import Adapters
internal import Encoders
internal import Evaluation
public import Imaging
public import Torch

/// A class with its probability.
public struct Prediction: Sendable, Equatable {
    /// The class.
    public let label: BundleLabel
    /// Its probability; all of an image sum to 1.
    public let score: Double
}

/// A loaded bundle: image bytes in, class probabilities out.
public final class Engine {
    private let bundle: ModelBundle
    let model: ImageTextModel
    private let transform: ImageTransform
    private let texts: [Float]
    /// Classes in the order of the scores.
    public var labels: [BundleLabel] { bundle.manifest.labels }

    /// Loads a bundle's model; in zero-shot mode its class texts are encoded once.
    public init(_ bundle: ModelBundle, device: Device = .cpu) throws {
        self.bundle = bundle
        model = try bundle.folder.load(device: device)
        let recipe = bundle.manifest.preprocessing
        transform = try ImageTransform(
            width: recipe.width, height: recipe.height, mean: recipe.mean.map(Float.init),
            std: recipe.deviation.map(Float.init))
        texts =
            bundle.adapter == nil
            ? try Embedder(model, recipe).embed(
                texts: bundle.manifest.labels.map(\.text), bundle.folder.tokenizer()) : []
    }

    /// The pixels of an encoded image as the model takes them, [3, height, width].
    /// - Throws: `ImageError` for bytes that are no complete picture.
    public func prepare(_ bytes: [UInt8]) throws -> [Float] {
        prepare(try ImageDecoder.decode(bytes, reading: reading ?? .init()).image)
    }

    /// The pixels of a picture as the model takes them, [3, height, width].
    public func prepare(_ image: RGBImage) -> [Float] { transform.evaluation(image) }

    /// How files become pixels, nil where the bundle does not say.
    public var reading: ImageReading? { bundle.manifest.preprocessing.reading }

    /// Predictions of prepared images, probabilities falling, equal ones in the classes' order.
    /// - Throws: ``PackagingError/mismatch(_:)`` when the weights give no finite numbers.
    public func predict(_ images: [[Float]]) throws -> [[Prediction]] {
        let scores = try probabilities(of: embed(images))
        let count = labels.count
        return images.indices.map { image in
            zip(labels, scores[image * count..<(image + 1) * count])
                .map { Prediction(label: $0, score: $1) }
                .enumerated()
                .sorted { ($1.element.score, $0.offset) < ($0.element.score, $1.offset) }
                .map(\.element)
        }
    }

    /// Normalised embeddings of prepared images, row-major [images, width].
    public func embed(_ images: [[Float]]) throws -> [Float] {
        guard !images.isEmpty else { return [] }
        return try withoutGradients {
            let pixels = try Tensor(
                images.flatMap { $0 }, [images.count, 3, transform.height, transform.width])
            return try model.embed(images: pixels.moved(to: model.device)).array()
        }
    }

    /// Class probabilities in the order of the labels, row-major [rows, classes], of embeddings.
    /// - Throws: ``PackagingError/mismatch(_:)`` when the weights give no finite numbers.
    public func probabilities(of embeddings: [Float]) throws -> [Double] {
        let scores = try scores(embeddings)
        guard scores.allSatisfy(\.isFinite) else { throw Self.notFinite(bundle.path) }
        return scores
    }

    private func scores(_ embeddings: [Float]) throws -> [Double] {
        guard embeddings.allSatisfy(\.isFinite) else { throw Self.notFinite(bundle.path) }
        if let adapter = bundle.adapter { return try adapter.head.probabilities(embeddings) }
        return try ZeroShot.scores(
            images: embeddings, texts: texts, dimension: model.configuration.projection,
            logitScale: bundle.manifest.logitScale)
    }

    private static func notFinite(_ path: String) -> PackagingError {
        .mismatch(
            "\(path): its weights give no finite numbers; package a model whose training held")
    }
}
