import Foundation
import Synchronization
import Testing
import Torch

/// Several processes' part each in a thread of its own: libtorch's group does not mind.
enum Ranks {
    static func run<Result: Sendable>(
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
        return try (0..<size).map { rank in try results.withLock { try #require($0[rank]) }.get() }
    }
}

/// A port that nobody listens on.
enum FreePort {
    static func find() throws -> Int {
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
        try #require(bound)
        return Int(UInt16(bigEndian: address.sin_port))
    }
}

@Suite struct ProcessGroupTests {
    @Test func `sums, gathers and broadcasts`() throws {
        let results = try Ranks.run(3) { group in
            let own = try Tensor([Double(group.rank), 1], [2])
            try group.sum(own)
            let gathered = try group.gather(Tensor([Double(10 * group.rank)], [1]))
            let first = try Tensor([Double(group.rank) + 5], [1])
            try group.broadcast(first, from: 2)
            return try own.array(of: Double.self)
                + gathered.flatMap { try $0.array(of: Double.self) } + [first.item()]
        }
        #expect(results == Array(repeating: [3, 3, 0, 10, 20, 7], count: 3))
    }

    @Test func `a store keeps notes`() throws {
        let notes = try Ranks.run(2) { group in
            let before = try group.store.value("nobody writes this")
            try group.store.set("note \(group.rank)", "from \(group.rank)")
            try group.sum(Tensor([1.0], [1]))
            return [before, try group.store.value("note \(1 - group.rank)")]
        }
        #expect(notes == [[nil, "from 1"], [nil, "from 0"]])
    }

    @Test func `gradients of several backward passes are averaged`() throws {
        let gradients = try Ranks.run(2) { group in
            let (a, b) = try (Tensor([1.0, 2], [2]), Tensor([3.0], [1]))
            try a.setRequiresGradient()
            try b.setRequiresGradient()
            let reducer = try GradientReducer([a, b], in: group)
            var seen: [[Double]] = []
            for step in 1...3 {
                a.clearGradient()
                b.clearGradient()
                let factor = Double(step * (group.rank + 1))
                // The first pass stays here, the next two are averaged with it.
                try (a * factor).sum().backward()
                try reducer.begin()
                try (a * factor).sum().backward()
                try (b * factor).sum().backward()
                let gradients = try [a, b].map { try #require(try $0.gradient()) }
                seen.append(try gradients.flatMap { try $0.array(of: Double.self) })
            }
            return seen
        }
        let expected = (1...3).map { [3.0 * Double($0), 3.0 * Double($0), 1.5 * Double($0)] }
        #expect(gradients == [expected, expected])
    }

    @Test func `a process that does not come is missed`() throws {
        let port = try FreePort.find()
        #expect(throws: TorchError.self) {
            try RendezvousStore(
                host: "127.0.0.1", port: port, serves: true, processes: 2, timeout: 300)
        }
    }
}
