import CambiumFiles
import CambiumRankThreads
import CambiumTorch
import Foundation
import Testing

/// What can be said of groups on GPUs where there is none.
@Suite struct GPUGroupTests {
    private func place(_ localRank: Int, of localSize: Int?) -> ProcessPlace {
        var place = ProcessPlace(
            rank: localRank, size: 16, localRank: localRank, host: "gpu01", port: 1)
        place.localSize = localSize
        return place
    }

    @Test func `each process has the GPU of its number`() throws {
        #expect(try place(3, of: 4).gpu(of: 4) == 3)
        #expect(try place(3, of: nil).gpu(of: 8) == 3)
        #expect(try place(3, of: 4).gpu(of: 1) == 0, "a cluster may show each its own alone")
    }

    @Test func `fewer GPUs than processes`() throws {
        let all = #expect(throws: RankError.self) { try place(0, of: 8).gpu(of: 4) }
        let end = "8 processes on this machine, which has 4 GPUs; start at most 4"
        #expect(all?.description == "LOCAL_RANK: is 0, one of \(end)")
        let last = #expect(throws: RankError.self) { try place(7, of: nil).gpu(of: 4) }
        #expect(last?.description == "LOCAL_RANK: is 7, one of at least \(end)")
    }

    @Test func `devices that go together`() throws {
        try ProcessGroup.requireAgreement(["cpu", "cpu"])
        try ProcessGroup.requireAgreement(["0 a1", "1 a2", "0 b1", "1 b2"])
        let twice = #expect(throws: RankError.self) {
            try ProcessGroup.requireAgreement(["0 a1", "0 b1", "0 a1"])
        }
        #expect(twice?.description.hasPrefix("ranks 0 and 2 have the same GPU, cuda:0;") == true)
        let mixed = #expect(throws: RankError.self) {
            try ProcessGroup.requireAgreement(["cpu", "0 b1"])
        }
        #expect(
            mixed?.description.hasPrefix("rank 1 computes on a GPU and rank 0 on cpu;") == true)
    }

    @Test func `processes on processors agree, and leave no GPU`() throws {
        let sums = try Ranks.run(2) { group in
            try group.agree(on: .cpu)
            let one = try Tensor([1.0], [1])
            try group.sum(one)
            try group.leaveGPUs()
            return (try one.item(), group.isOnGPUs)
        }
        #expect(sums.map(\.0) == [2, 2])
        #expect(sums.map(\.1) == [false, false])
    }

    @Test func `an operation that nobody waits for ends the process when it is in trouble`() throws
    {
        let complaints = Lock<[Int: String]>([:])
        _ = try Ranks.places(2) { place in
            let store = try place.meet(timeout: Ranks.patience)
            let heart = try Heartbeat(place, timeout: Ranks.patience) { said in
                complaints.withLock { $0[place.rank] = said }
            }
            heart.advance(to: 4)
            if place.rank == 0 { heart.follow(trouble: { "an operation broke off" }) }
            #expect(Ranks.wait { complaints.withLock { $0[0] } != nil })
            heart.end()
            withExtendedLifetime(store) {}
        }
        #expect(complaints.withLock { $0 } == [0: "rank 0: an operation broke off"])
    }

    @Test func `trouble that comes from a rank that failed names it`() throws {
        struct Own: Error {}
        let complaints = Lock<[Int: String]>([:])
        _ = try Ranks.places(2) { place in
            let store = try place.meet(timeout: Ranks.patience)
            let heart = try Heartbeat(place, timeout: Ranks.patience) { said in
                complaints.withLock { $0[place.rank] = said }
            }
            heart.advance(to: 4)
            if place.rank == 1 {
                _ = heart.explain(Own())
            } else {
                #expect(try Ranks.wait(for: "failed", of: 1, in: store))
                heart.follow(trouble: { "an operation broke off" })
            }
            #expect(Ranks.wait { complaints.withLock { $0[0] } != nil })
            withExtendedLifetime(store) {}
        }
        let said = complaints.withLock { $0[0] } ?? "nothing"
        #expect(said.hasPrefix("rank 1 failed at step 4"), "\(said)")
    }
}
