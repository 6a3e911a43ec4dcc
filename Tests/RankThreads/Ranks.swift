internal import CambiumFiles
package import CambiumTorch
internal import Foundation

/// Several processes' part each in a thread of its own: libtorch's group does not mind.
package enum Ranks {
    /// Seconds that anything may take before it is given up, on a machine that does other things
    /// too.
    package static let patience = 120.0

    /// What each gives, by rank, as a member of a group.
    package static func run<Result: Sendable>(
        _ size: Int, _ body: @escaping @Sendable (ProcessGroup) throws -> Result
    ) throws -> [Result] {
        try places(size) { place in
            let store = try place.meet(timeout: patience)
            return try body(place.group(in: store, operations: patience))
        }
    }

    /// What each gives, by rank, from the place where it stands.
    package static func places<Result: Sendable>(
        _ size: Int, _ body: @escaping @Sendable (ProcessPlace) throws -> Result
    ) throws -> [Result] {
        let port = try ReservedPort()
        let results = Lock<[Int: Swift.Result<Result, any Error>]>([:])
        let done = DispatchSemaphore(value: 0)
        for rank in 0..<size {
            let thread = Thread {
                var place = ProcessPlace(
                    rank: rank, size: size, localRank: rank, host: "127.0.0.1", port: port.number)
                place.attempt = 1
                let result = Swift.Result { try body(place) }
                results.withLock { $0[rank] = result }
                done.signal()
            }
            thread.stackSize = 8 << 20
            thread.start()
        }
        for _ in 0..<size { done.wait() }
        return try withExtendedLifetime(port) {
            try (0..<size).compactMap { rank in try results.withLock { $0[rank] }?.get() }
        }
    }

    /// Waits until a condition holds; false when it never does.
    package static func wait(until condition: () throws -> Bool) rethrows -> Bool {
        let last = ContinuousClock.now + .seconds(patience)
        while ContinuousClock.now < last {
            if try condition() { return true }
            usleep(10_000)
        }
        return false
    }

    /// Waits until the note that a rank's heart left at the meeting place says how it is.
    package static func wait(
        for status: String, of rank: Int, in store: RendezvousStore
    ) throws -> Bool {
        try wait {
            let words = try store.value("beat/\(rank)")?.split(separator: " ") ?? []
            return words.contains(Substring(status))
        }
    }
}
