import CambiumFiles

/// Counts how often it was asked.
final class Calls: Sendable {
    private let count = Lock(0)

    /// The number of this call, from 1.
    func next() -> Int {
        count.withLock { count in
            count += 1
            return count
        }
    }
}
