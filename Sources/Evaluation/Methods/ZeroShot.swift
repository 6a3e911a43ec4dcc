internal import Foundation

/// Classification by the nearest class text: CLIP's and MedImageInsight's zero-shot rule.
public enum ZeroShot {
    /// Probabilities `[images, classes]`: softmax over classes of `exp(logitScale)` times the
    /// cosine of image `[images, dimension]` and class text `[classes, dimension]`.
    /// - Parameters:
    ///   - logitScale: the model's own value, a logarithm (the embedding endpoint's
    ///     `scaling_factor`).
    ///   - rows: the images that are asked for, all when nil.
    ///   - independent: whether an image may have any number of classes; then each probability
    ///     is the logistic function of its own logit.
    /// - Throws: ``EvaluationError`` when a width differs or a value is not finite.
    public static func scores(
        images: [Float], texts: [Float], dimension: Int, logitScale: Double,
        rows: Range<Int>? = nil, independent: Bool = false
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
            let logits = (0..<texts.count).map {
                temperature * (1 - images.distance(image, to: texts, $0))
            }
            return independent ? logits.map { 1 / (1 + exp(-$0)) } : softmax(logits)
        }
    }

    /// One vector a class `[classes, dimension]`: the mean over templates of the texts' embeddings,
    /// each of length 1, made length 1 again (CLIP's prompt ensembling); a single template's
    /// embeddings as they are.
    /// - Parameters:
    ///   - templates: texts in which `{}` stands for the class text.
    ///   - embed: embeddings of length 1, row after row.
    public static func classTexts(
        _ names: [String], templates: [String], dimension: Int,
        _ embed: ([String]) throws -> [Float]
    ) throws -> [Float] {
        let parts = try templates.map { template in
            try embed(names.map { template.replacingOccurrences(of: "{}", with: $0) })
        }
        guard parts.count > 1 else { return parts.first ?? [] }
        let means = (0..<names.count * dimension).map { index in
            parts.reduce(0.0) { $0 + Double($1[index]) } / Double(parts.count)
        }
        return stride(from: 0, to: means.count, by: dimension).flatMap { start in
            let row = means[start..<start + dimension]
            let length = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
            return row.map { Float(length > 0 ? $0 / length : 0) }
        }
    }

    private static func softmax(_ logits: [Double]) -> [Double] {
        let largest = logits.max() ?? 0
        let powers = logits.map { exp($0 - largest) }
        let sum = powers.reduce(0, +)
        return powers.map { $0 / sum }
    }
}
