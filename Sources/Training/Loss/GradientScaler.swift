/// The factor on float16 gradients, as PyTorch's `GradScaler` moves it: halved at once where a
/// gradient is not finite, doubled after 2000 steps without.
public struct GradientScaler: Sendable, Equatable {
    /// The factor now.
    public private(set) var scale: Double
    /// Steps since it was last changed.
    public private(set) var steps = 0
    private static let interval = 2000

    /// PyTorch's start, 65536, for float16; 1, for ever, otherwise.
    public init(_ precision: Precision) { scale = precision == .float16 ? 65536 : 1 }

    /// One that goes on where it stood.
    public init(scale: Double, steps: Int) { (self.scale, self.steps) = (scale, steps) }

    /// Learns whether a step's gradients were finite.
    public mutating func update(finite: Bool, _ precision: Precision) {
        guard precision == .float16 else { return }
        if !finite {
            (scale, steps) = (scale / 2, 0)
        } else {
            steps += 1
            if steps == Self.interval { (scale, steps) = (scale * 2, 0) }
        }
    }
}
