public import CambiumTorch
internal import Foundation
internal import Synchronization

/// Several processes' part each in a thread of its own: libtorch's group does not mind.
public enum Ranks {
    /// What each gives, by rank, as a member of a group.
    public static func run<Result: Sendable>(
        _ size: Int, _ body: @escaping @Sendable (ProcessGroup) throws -> Result
    ) throws -> [Result] {
        try places(size) { place in
            let store = try RendezvousStore(
                host: place.host, port: place.port, serves: place.rank == 0, processes: size,
                timeout: 20_000)
            return try body(
                ProcessGroup(
                    store: store, rank: place.rank, size: size, address: place.host,
                    timeout: 20_000))
        }
    }

    /// What each gives, by rank, from the place where it stands.
    public static func places<Result: Sendable>(
        _ size: Int, _ body: @escaping @Sendable (ProcessPlace) throws -> Result
    ) throws -> [Result] {
        let port = try FreePort.find()
        let results = Mutex<[Int: Swift.Result<Result, any Error>]>([:])
        let done = DispatchSemaphore(value: 0)
        for rank in 0..<size {
            let thread = Thread {
                var place = ProcessPlace(
                    rank: rank, size: size, localRank: rank, host: "127.0.0.1", port: port)
                place.attempt = 1
                let result = Swift.Result { try body(place) }
                results.withLock { $0[rank] = result }
                done.signal()
            }
            thread.stackSize = 8 << 20
            thread.start()
        }
        for _ in 0..<size { done.wait() }
        return try (0..<size).compactMap { rank in try results.withLock { $0[rank] }?.get() }
    }
}
