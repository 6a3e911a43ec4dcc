public import Torch

/// The losses that pull an image and its text together.
public enum ContrastiveLoss {
    /// Class numbers of a batch with every unlabelled pair (0) made a class of its own, as
    /// UniCL's trainers do: the largest number plus one, plus two, ...
    public static func targets(_ labels: [Int]) -> [Int] {
        var next = max(0, labels.max() ?? 0)
        return labels.map { label in
            guard label == 0 else { return label }
            next += 1
            return next
        }
    }

    /// UniCL's bidirectional contrastive loss (Yang et al., 2022): every pair of equal class is a
    /// positive. `Y` is 1 where the classes agree, its rows divided by their sums; the loss is
    /// the mean cross-entropy of `Y` against the softmax over texts and over images, halved.
    ///
    /// - Parameters:
    ///   - images: L2-normalised features [batch, channels].
    ///   - texts: L2-normalised features [batch, channels].
    ///   - labels: class numbers [batch]; 0 is unlabelled.
    ///   - logitScale: logarithm of the factor before the cosine, rank 0.
    public static func unified(
        images: Tensor, texts: Tensor, labels: [Int], logitScale: Tensor
    ) throws -> Tensor {
        let count = labels.count
        let logits = try images.matmul(texts.transposed(0, 1)) * logitScale.exp()  // [B, B]
        let positives = try Tensor(weights(targets(labels)), [count, count])
            .converted(to: logits.type ?? .float32).moved(to: logits.device)
        let byText = try (positives * logits.logSoftmax(1)).sum()
        let byImage = try (positives * logits.transposed(0, 1).logSoftmax(1)).sum()
        return try (byText + byImage) * (-0.5 / Double(count))
    }

    /// Row-normalised agreement of classes, row-major; symmetric in what it compares, so it
    /// serves both directions.
    private static func weights(_ classes: [Int]) -> [Double] {
        var sizes: [Int: Int] = [:]
        for label in classes { sizes[label, default: 0] += 1 }
        return classes.flatMap { row in
            let weight = 1 / Double(sizes[row] ?? 1)
            return classes.map { $0 == row ? weight : 0 }
        }
    }
}
