import CambiumFiles
import CambiumRankThreads
import CambiumTorch
import Foundation
import Testing

@Suite struct HeartbeatTests {
    @Test func `ranks join, work and end without a complaint`() throws {
        let complaints = Lock<[String]>([])
        let sums = try Ranks.places(3) { place in
            let store = try place.meet(timeout: Ranks.patience)
            let heart = try Heartbeat(place, timeout: Ranks.patience) { said in
                complaints.withLock { $0.append(said) }
            }
            let group = try place.group(in: store)
            heart.follow(group)
            var sum = 0.0
            for step in 0..<20 {
                heart.advance(to: step)
                let one = try Tensor([1.0], [1])
                try group.sum(one)
                sum += try one.item()
                usleep(100_000)
            }
            // Rank 0 serves the others; it waits for those that end later.
            usleep(UInt32(200_000 * place.rank))
            heart.end()
            return withExtendedLifetime(store) { sum }
        }
        #expect(sums == [60, 60, 60])
        #expect(complaints.withLock { $0 } == [])
    }

    @Test func `a rank that fails is named`() throws {
        struct Own: Error {}
        let errors = try Ranks.places(2) { place in
            let store = try place.meet(timeout: Ranks.patience)
            let heart = try Heartbeat(place, timeout: Ranks.patience) { _ in }
            heart.advance(to: 12)
            if place.rank == 1 { return "\(heart.explain(Own()))" }
            #expect(try Ranks.wait(for: "failed", of: 1, in: store))
            let lost = TorchError.operation(name: "all_reduce", arguments: "", message: "closed")
            return withExtendedLifetime(store) { "\(heart.explain(lost))" }
        }
        #expect(errors[0].hasPrefix("rank 1 failed at step 12 (all_reduce"), "\(errors[0])")
        #expect(errors[1] == "Own()")
    }

    @Test func `a rank that keeps the others waiting is named, one with work of its own is not`()
        throws
    {
        let complaints = Lock<[Int: String]>([:])
        _ = try Ranks.places(2) { place in
            let store = try place.meet(timeout: Ranks.patience)
            let heart = try Heartbeat(place, timeout: Ranks.patience, patience: 2) { said in
                complaints.withLock { $0[place.rank] = said }
            }
            let group = try place.group(in: store)
            heart.follow(group)
            heart.advance(to: 7)
            if place.rank == 0 {
                #expect(try Ranks.wait(for: "busy", of: 1, in: store))
            } else {
                heart.busy { _ = usleep(5_000_000) }
                #expect(complaints.withLock { $0 } == [:])
                #expect(Ranks.wait { complaints.withLock { $0[0] } != nil })
            }
            try group.sum(Tensor([1.0], [1]))
            heart.end()
            withExtendedLifetime(store) {}
        }
        let said = complaints.withLock { $0[0] } ?? "nothing"
        #expect(said.hasPrefix("rank 1 has kept the others waiting for "), "\(said)")
        #expect(said.hasSuffix("at step 7"))
    }

    @Test func `ranks that do not come are named`() throws {
        let port = try ReservedPort()
        let place = ProcessPlace(
            rank: 0, size: 3, localRank: 0, host: "127.0.0.1", port: port.number)
        let error = #expect(throws: RankError.self) { try place.meet(timeout: 1) }
        let text = try #require(error).description
        #expect(text.hasSuffix("ranks 1, 2 did not come within 1 s"), "\(text)")
        withExtendedLifetime(port) {}
    }

    @Test func `nobody serves the meeting place`() throws {
        let port = try ReservedPort()
        let place = ProcessPlace(
            rank: 1, size: 2, localRank: 1, host: "127.0.0.1", port: port.number)
        let error = #expect(throws: RankError.self) { try place.meet(timeout: 1) }
        let text = try #require(error).description
        #expect(text.hasSuffix("rank 0 is not there (Connection refused)"), "\(text)")
        withExtendedLifetime(port) {}
    }

    @Test func `a rank that another process has is refused`() throws {
        let port = try ReservedPort()
        let store = try RendezvousStore(
            host: "127.0.0.1", port: port.number, serves: true, processes: 0, timeout: 60_000)
        try store.set("cambium/0/2/beat/1", "3 0 0 working 5")
        let place = ProcessPlace(
            rank: 1, size: 2, localRank: 1, host: "127.0.0.1", port: port.number)
        let error = #expect(throws: RankError.self) { try place.meet(timeout: Ranks.patience) }
        #expect(
            error?.description.contains("came as rank 1") == true, "\(String(describing: error))")
        withExtendedLifetime((port, store)) {}
    }
}
