import CambiumJobs
import CambiumTraining
import Testing

/// Never asked to end: these places have no others.
struct NoEnding: RankEnding {
    func abandon(_ lost: LostRank) -> Never { fatalError("\(lost)") }

    func quit(_ error: any Error) -> Never { fatalError("\(error)") }
}

@Suite struct RankPlaceTests {
    @Test func `a process that nobody told of others does all of the work`() throws {
        let place = try RankPlace(environment: [:], ending: NoEnding())
        #expect(place.isAlone && place.leads)
        #expect(
            try place.perform { distribution, heartbeat in
                heartbeat == nil ? distribution.share(of: 7) : 0..<0
            } == 0..<7)
    }

    @Test func `the environment tells the place among others`() throws {
        let place = try RankPlace(
            environment: [
                "RANK": "1", "WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": "29500",
            ], ending: NoEnding())
        #expect(!place.leads && !place.isAlone)
    }

    @Test func `variables that contradict each other are the user's mistake`() {
        #expect(throws: UsageError.self) {
            try RankPlace(
                environment: [
                    "RANK": "2", "WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1",
                    "MASTER_PORT": "29500",
                ], ending: NoEnding())
        }
    }
}
