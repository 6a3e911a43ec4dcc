/// How a process ended.
public enum ProcessEnd: Equatable, Sendable {
    /// By itself, with this exit status.
    case status(Int32)
    /// By this signal.
    case signal(Int32)

    /// The end that `waitpid` tells.
    init(_ status: Int32) {
        let signal = status & 0x7F
        self = signal == 0 ? .status(status >> 8 & 0xFF) : .signal(signal)
    }

    /// `ended with status 1`.
    public var sentence: String {
        switch self {
        case .status(let status): "ended with status \(status)"
        case .signal(let number): "was killed by signal \(number)"
        }
    }
}
