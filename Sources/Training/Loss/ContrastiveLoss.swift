public import CambiumTorch

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
    ///   - images: features [N, channels] of the whole batch.
    ///   - texts: the same of its texts.
    ///   - labels: class numbers [N]; 0 is unlabelled, and a class of its own.
    ///   - shares: what is left of each image [N] where image i is mixed with image N - 1 - i; its
    ///     target is mixed alike, and a text's target are the images that show it, in their shares.
    ///   - logitScale: logarithm of the factor before the cosine, rank 0.
    ///   - logitBias: added to SigLIP's logits, rank 0.
    public func callAsFunction(
        images: Tensor, texts: Tensor, labels: [Int], shares: [Double]? = nil,
        rows: Range<Int>? = nil, logitScale: Tensor, logitBias: Tensor? = nil
    ) throws -> Tensor {
        let count = labels.count
        let rows = rows ?? 0..<count
        let isWhole = rows.count == count
        let scale = try logitScale.exp()
        let own = isWhole ? images : try images.sliced(0, rows)
        let logits = try own.matmul(texts.transposed(0, 1)) * scale  // [rows, N]
        let wanted = ContrastiveTargets(self, labels: labels, shares: shares)
        func target(_ values: [Double]) throws -> Tensor {
            try Tensor(values, [rows.count, count]).converted(to: logits.type ?? .float32)
                .moved(to: logits.device)
        }
        if kind == .siglip {
            let biased = try logitBias.map { try logits + $0 } ?? logits
            return try logistic(biased, wanted.texts(rows), isMixed: shares != nil, target)
                * (-1 / Double(count))
        }
        let byText = try target(wanted.texts(rows))
        let byImage = shares == nil ? byText : try target(wanted.images(rows))
        let reversed =
            isWhole
            ? try logits.transposed(0, 1)
            : try texts.sliced(0, rows).matmul(images.transposed(0, 1)) * scale
        let ofImages = try (byText * logits.logSoftmax(1)).sum()
        let ofTexts = try (byImage * reversed.logSoftmax(1)).sum()
        return try (ofImages + ofTexts) * (-0.5 / Double(count))
    }

    /// The logistic log-likelihood of all pairs, each of which is wanted (1), not wanted (0), or
    /// something between where images are mixed.
    private func logistic(
        _ logits: Tensor, _ wanted: [Double], isMixed: Bool, _ tensor: ([Double]) throws -> Tensor
    ) throws -> Tensor {
        guard isMixed else {
            return try (logits * tensor(wanted.map { 2 * $0 - 1 })).logSigmoid().sum()
        }
        let right = try tensor(wanted) * logits.logSigmoid()
        let wrong = try tensor(wanted.map { 1 - $0 }) * (logits * -1).logSigmoid()
        return try (right + wrong).sum()
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
}
