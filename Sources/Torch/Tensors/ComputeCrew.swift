internal import CambiumFiles

/// Threads that compute parts of one piece of work at the same time, each part on one of them.
///
/// libtorch spreads every operator over all threads, which wait for each other after each one.
/// Where the work falls into parts that need nothing of each other, a crew whose members compute
/// alone waits once.
public final class ComputeCrew: Sendable {
    /// Members.
    public let threads: Int
    private let pool: WorkerPool?

    /// Starts as many members.
    public init(threads: Int) {
        self.threads = threads
        pool =
            threads > 1
            ? WorkerPool(threads: threads, named: "compute") { Runtime.shareThreads(1) } : nil
    }

    /// Whether so many parts give more than half of the members something to do. If not, the whole
    /// is better computed by operators that use all threads.
    public func isWorthwhile(_ parts: Int) -> Bool { 2 * parts > threads }

    /// Runs `body` for 0, 1 ... parts - 1, in any order and at the same time.
    /// - Throws: what `body` threw for the first part that failed.
    public func perform(_ parts: Int, _ body: @escaping @Sendable (Int) throws -> Void) throws {
        if let pool { return try pool.perform(parts, body) }
        for part in 0..<parts { try body(part) }
    }
}
