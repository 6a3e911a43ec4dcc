/// How long to wait before a request is sent again: twice as long each time, up to a limit, with
/// a share of chance so that clients that failed together do not come back together ("full jitter",
/// Brooker 2015). A wait that the server asks for is never cut short.
public struct Backoff: Sendable, Equatable {
    /// Seconds that the first wait may last.
    public var first = 0.5
    /// Seconds that no wait of our own exceeds.
    public var limit = 30.0

    /// The defaults above.
    public init() {}

    /// Seconds to wait after so many failed attempts, at least one.
    /// - Parameters:
    ///   - asked: seconds that the server's `Retry-After` names.
    ///   - chance: a number in 0..<1.
    public func wait(failures: Int, asked: Double?, chance: Double) -> Double {
        var longest = first
        for _ in 1..<max(2, min(failures, 64)) where failures > 1 {
            longest = min(limit, longest * 2)
        }
        return max(asked ?? 0, min(limit, longest) * chance)
    }
}
