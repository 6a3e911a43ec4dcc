public import Torch

/// The losses that pull an image and its text together, over a global batch or a part of it.
///
/// Of N images and their N texts, row i of `images` belongs to row i of `texts`; all features are
/// L2-normalised. With `s = exp(logit scale)`, the logits are `s images textsᵀ`.
public struct ContrastiveLoss: Sendable, Equatable {
    /// Which pairs are pulled together, and how.
    public enum Kind: String, Sendable, CaseIterable {
        /// Every pair of equal class is a positive (Yang et al., "Unified Contrastive Learning in
        /// Image-Text-Label Space", 2022): cross-entropy over texts and over images, halved.
        case unicl = "UniCL"
        /// Only an image's own text is (Radford et al., 2021).
        case clip = "CLIP"
        /// Each pair on its own, by the logistic function (Zhai et al., "Sigmoid Loss for Language
        /// Image Pre-Training", 2023).
        case siglip = "SigLIP"
    }
    /// Which loss.
    public var kind = Kind.unicl
    /// How much of the target is spread over all pairs (Szegedy et al., 2016); not for SigLIP.
    public var labelSmoothing = 0.0

    /// UniCL's loss, unless told otherwise.
    public init(_ kind: Kind = .unicl, labelSmoothing: Double = 0) {
        (self.kind, self.labelSmoothing) = (kind, labelSmoothing)
    }

    /// The share of the loss that the rows `rows` have; those of all rows add up to the loss.
    /// Memory goes with `rows.count * N`.
    ///
    /// - Parameters:
    ///   - images, texts: features [N, channels] of the whole batch.
    ///   - labels: class numbers [N]; 0 is unlabelled, and a class of its own.
    ///   - logitScale: logarithm of the factor before the cosine, rank 0.
    ///   - logitBias: added to SigLIP's logits, rank 0.
    public func callAsFunction(
        images: Tensor, texts: Tensor, labels: [Int], rows: Range<Int>? = nil,
        logitScale: Tensor, logitBias: Tensor? = nil
    ) throws -> Tensor {
        let count = labels.count
        let rows = rows ?? 0..<count
        let isWhole = rows.count == count
        let scale = try logitScale.exp()
        let own = isWhole ? images : try images.sliced(0, rows)
        let logits = try own.matmul(texts.transposed(0, 1)) * scale  // [rows, N]
        if kind == .siglip {
            let biased = try logitBias.map { try logits + $0 } ?? logits
            let signs = try tensor(Self.signs(rows, count), [rows.count, count], like: logits)
            return try (biased * signs).logSigmoid().sum() * (-1 / Double(count))
        }
        let targets = try tensor(weights(labels, rows), [rows.count, count], like: logits)
        let byText = try (targets * logits.logSoftmax(1)).sum()
        let reversed =
            isWhole
            ? try logits.transposed(0, 1)
            : try texts.sliced(0, rows).matmul(images.transposed(0, 1)) * scale
        let byImage = try (targets * reversed.logSoftmax(1)).sum()
        return try (byText + byImage) * (-0.5 / Double(count))
    }

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

    private func tensor(_ values: [Double], _ shape: [Int], like other: Tensor) throws -> Tensor {
        try Tensor(values, shape).converted(to: other.type ?? .float32).moved(to: other.device)
    }

    /// The rows of the target, row-major: agreement of classes divided by its row's sum. It is
    /// symmetric in what it compares, so it serves both directions.
    private func weights(_ labels: [Int], _ rows: Range<Int>) -> [Double] {
        let classes = kind == .clip ? Array(labels.indices) : Self.targets(labels)
        var sizes: [Int: Int] = [:]
        for label in classes { sizes[label, default: 0] += 1 }
        let spread = labelSmoothing / Double(max(1, labels.count))
        return rows.flatMap { row in
            let weight = (1 - labelSmoothing) / Double(sizes[classes[row]] ?? 1)
            return classes.map { ($0 == classes[row] ? weight : 0) + spread }
        }
    }

    private static func signs(_ rows: Range<Int>, _ count: Int) -> [Double] {
        rows.flatMap { row in (0..<count).map { $0 == row ? 1 : -1 } }
    }
}
