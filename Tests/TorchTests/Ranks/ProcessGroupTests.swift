import CambiumRankThreads
import CambiumTorch
import Glibc
import Testing

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
        let port = try ReservedPort()
        #expect(throws: TorchError.self) {
            try RendezvousStore(
                host: "127.0.0.1", port: port.number, serves: true, processes: 2, timeout: 300)
        }
        withExtendedLifetime(port) {}
    }

    @Test func `whoever serves the meeting place and was stopped is noticed and named`() throws {
        let (listener, port) = try silentServer()
        defer { close(listener) }
        var place = ProcessPlace(rank: 1, size: 2, localRank: 1, host: "127.0.0.1", port: port)
        for (hasAgent, name) in [(false, "rank 0"), (true, "whoever serves it")] {
            place.hasAgent = hasAgent
            let error = #expect(throws: RankError.self) { try place.meet(timeout: 0.5) }
            #expect("\(try #require(error))".contains("\(name) has not answered within"))
            #expect(throws: RankError.self) { try Heartbeat(place, timeout: 1) { _ in } }
        }
    }

    /// Takes connections, as the kernel does for a process that is stopped, and never answers.
    private func silentServer() throws -> (descriptor: Int32, port: Int) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listens = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && listen(descriptor, 16) == 0
                    && getsockname(descriptor, $0, &length) == 0
            }
        }
        try #require(listens)
        return (descriptor, Int(UInt16(bigEndian: address.sin_port)))
    }
}
