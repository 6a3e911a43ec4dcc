internal import CambiumTorch

/// In which numbers the towers compute. Features, loss and parameters are float32 always.
public enum Precision: String, Sendable, CaseIterable {
    /// Single precision.
    case float32
    /// PyTorch's autocast with bfloat16: matrix products and convolutions in 16 bits of float32's
    /// range, what needs care in float32.
    case bfloat16
    /// The same with float16, whose range needs scaled gradients (Micikevicius et al., "Mixed
    /// Precision Training", 2018).
    case float16

    /// Runs a tower in this precision.
    func run<Result>(_ body: () throws -> Result) throws -> Result {
        switch self {
        case .float32: try body()
        case .bfloat16: try withAutocast(.bfloat16, body)
        case .float16: try withAutocast(.float16, body)
        }
    }
}
