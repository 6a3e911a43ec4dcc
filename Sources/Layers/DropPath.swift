public import CambiumTorch

/// A source of uniform numbers in [0, 1) that a training step passes down.
public protocol UniformSource: AnyObject {
    /// The next number of each of `count` samples, in the order of the batch.
    func uniforms(_ count: Int) -> [Double]
    /// A source that goes on with the same numbers, for work that is done twice.
    func copy() -> any UniformSource
}

/// Whether a forward pass trains, and with whose randomness. No layer keeps a flag.
public enum Phase {
    case evaluation
    case training(any UniformSource)
}

/// Stochastic depth: a residual branch is left out for whole samples (Huang et al., 2016; timm's
/// `DropPath`: kept with probability 1 - p and then divided by 1 - p).
public struct DropPath: Sendable {
    let rate: Double

    /// Drops a branch with probability `rate`.
    public init(_ rate: Double) { self.rate = rate }

    /// `branch` [batch, ...], some samples zeroed while training.
    public func callAsFunction(_ branch: Tensor, _ phase: Phase) throws -> Tensor {
        guard rate > 0, case .training(let source) = phase else { return branch }
        let keep = 1 - rate
        let mask = source.uniforms(branch.shape[0]).map { $0 < keep ? Float(1 / keep) : 0 }
        let shape = [branch.shape[0]] + [Int](repeating: 1, count: branch.rank - 1)
        let factors = try Tensor(mask, shape).converted(to: branch.type ?? .float32)
        return try branch * factors.moved(to: branch.device)
    }
}
