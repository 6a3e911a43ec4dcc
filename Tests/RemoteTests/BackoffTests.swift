import CambiumRemote
import Testing

@Suite struct BackoffTests {
    @Test func `waits double up to the limit`() {
        let backoff = Backoff()
        let waits = (1...9).map { backoff.wait(failures: $0, asked: nil, chance: 1) }
        #expect(waits == [0.5, 1, 2, 4, 8, 16, 30, 30, 30])
        #expect(backoff.wait(failures: 3, asked: nil, chance: 0.25) == 0.5)
    }

    @Test func `no wait is beyond the limit, the first neither`() {
        var backoff = Backoff()
        backoff.first = 40
        #expect(backoff.wait(failures: 1, asked: nil, chance: 1) == 30)
    }

    @Test func `the server's own wish is never cut short`() {
        let backoff = Backoff()
        #expect(backoff.wait(failures: 1, asked: 12, chance: 0.9) == 12)
        #expect(backoff.wait(failures: 9, asked: 100, chance: 0.9) == 100)
        #expect(backoff.wait(failures: 9, asked: 1, chance: 0.5) == 15)
    }
}
