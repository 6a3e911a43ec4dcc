internal import CambiumTorch

/// A tower's work on its part of a batch, in micro-batches: the features of all of them first,
/// their gradients later (GradCache; Gao et al., "Scaling Deep Contrastive Learning Batch Size
/// under Memory Limited Setup", 2021).
///
/// A part that passes through at once keeps its graph; several pass a second time, one by one, so
/// that memory is that of one.
struct TowerPass {
    /// The micro-batches.
    let parts: [Range<Int>]
    private let embed: (Range<Int>) throws -> Tensor
    private var kept: Tensor?

    /// - Parameters:
    ///   - count: samples of this process.
    ///   - size: samples that pass through at once.
    ///   - embed: features [samples, channels]; equal each time it is asked for the same ones.
    init(count: Int, size: Int, embed: @escaping (Range<Int>) throws -> Tensor) {
        parts = stride(from: 0, to: count, by: max(1, size)).map { $0..<min($0 + size, count) }
        self.embed = embed
    }

    /// The features of all samples, without history.
    mutating func features() throws -> Tensor {
        if parts.count == 1 {
            let features = try embed(parts[0])
            kept = features
            return try features.detached()
        }
        return try withoutGradients { try Tensor.joined(parts.map(embed)) }
    }

    /// Carries the features' gradient [samples, channels] of some parts into the parameters.
    mutating func backward(_ gradient: Tensor, parts range: Range<Int>) throws {
        for part in parts[range] {
            let features = try kept ?? embed(part)
            kept = nil
            guard features.requiresGradient else { continue }
            try features.backward(gradient.sliced(0, part))
        }
    }
}
