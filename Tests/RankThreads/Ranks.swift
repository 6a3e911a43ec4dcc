internal import Foundation
internal import Synchronization
public import Torch

/// Several processes' part each in a thread of its own: libtorch's group does not mind.
public enum Ranks {
    /// What each gives, by rank.
    public static func run<Result: Sendable>(
        _ size: Int, _ body: @escaping @Sendable (ProcessGroup) throws -> Result
    ) throws -> [Result] {
        let port = try FreePort.find()
        let results = Mutex<[Int: Swift.Result<Result, any Error>]>([:])
        let done = DispatchSemaphore(value: 0)
        for rank in 0..<size {
            let thread = Thread {
                let result = Swift.Result {
                    let store = try RendezvousStore(
                        host: "127.0.0.1", port: port, serves: rank == 0, processes: size,
                        timeout: 20_000)
                    return try body(
                        ProcessGroup(
                            store: store, rank: rank, size: size, address: "127.0.0.1",
                            timeout: 20_000))
                }
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

/// A port that nobody listens on.
public enum FreePort {
    /// The port.
    public static func find() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard bound else { throw CocoaError(.fileReadUnknown) }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
