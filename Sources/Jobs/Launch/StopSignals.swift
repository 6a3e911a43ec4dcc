/// The signals that ask a job with processes of its own to stop. Whoever starts the job catches
/// them: a library does not change how its program handles signals.
public struct StopSignals: Sendable {
    /// Catches them from now on.
    let begin: @Sendable () -> Void
    /// The last one, and how many came.
    let received: @Sendable () -> (number: Int32, count: Int)

    /// Signals as the program hears of them.
    /// - Parameters:
    ///   - begin: catches them from now on, so that none ends the program; may be called again.
    ///   - received: the last one, and how many came.
    public init(
        begin: @escaping @Sendable () -> Void,
        received: @escaping @Sendable () -> (number: Int32, count: Int)
    ) {
        (self.begin, self.received) = (begin, received)
    }

    /// None ever comes.
    public static var none: StopSignals { StopSignals(begin: {}, received: { (0, 0) }) }
}
