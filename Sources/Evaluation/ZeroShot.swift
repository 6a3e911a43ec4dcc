internal import Foundation

/// Classification by the nearest class text: CLIP's and MedImageInsight's zero-shot rule.
public enum ZeroShot {
    /// Probabilities `[images, classes]`: softmax over classes of `exp(logitScale)` times the
    /// cosine of image `[images, dimension]` and class text `[classes, dimension]`.
    /// - Parameters:
    ///   - logitScale: the model's own value, a logarithm (the embedding endpoint's
    ///     `scaling_factor`).
    ///   - rows: the images that are asked for, all when nil.
    /// - Throws: ``EvaluationError`` when a width differs or a value is not finite.
    public static func scores(
        images: [Float], texts: [Float], dimension: Int, logitScale: Double,
        rows: Range<Int>? = nil
    ) throws(EvaluationError) -> [Double] {
        guard logitScale.isFinite else {
            throw .value(place: "logit scale", reason: "\(logitScale) is no finite number")
        }
        let images = try Vectors(
            images, dimension: dimension, metric: .cosine, place: "image embeddings")
        let texts = try Vectors(
            texts, dimension: dimension, metric: .cosine, place: "class text embeddings")
        guard texts.count > 0 else { throw .noRows("class text embeddings") }
        let temperature = exp(logitScale)
        return (rows ?? 0..<images.count).flatMap { image in
            softmax(
                (0..<texts.count).map { temperature * (1 - images.distance(image, to: texts, $0)) })
        }
    }

    private static func softmax(_ logits: [Double]) -> [Double] {
        let largest = logits.max() ?? 0
        let powers = logits.map { exp($0 - largest) }
        let sum = powers.reduce(0, +)
        return powers.map { $0 / sum }
    }
}
