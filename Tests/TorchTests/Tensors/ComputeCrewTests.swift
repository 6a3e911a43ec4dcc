import CambiumFiles
import CambiumTorch
import Foundation
import Testing

@Suite struct ComputeCrewTests {
    @Test(arguments: [0, 1, 2, 3, 17, 200])
    func runsEveryPartOnce(parts: Int) throws {
        let counts = Lock([Int](repeating: 0, count: parts))
        try ComputeCrew(threads: 3).perform(parts) { part in
            counts.withLock { $0[part] += 1 }
        }
        #expect(counts.withLock { $0 } == [Int](repeating: 1, count: parts))
    }

    @Test func fewPartsAreLeftToOperators() {
        let crew = ComputeCrew(threads: 4)
        #expect((1...6).map(crew.isWorthwhile) == [false, false, true, true, true, true])
        #expect(ComputeCrew(threads: 1).isWorthwhile(1))
    }

    private struct Broken: Error, Equatable { let part: Int }

    @Test func throwsWhatTheFirstFailedPartThrew() throws {
        let crew = ComputeCrew(threads: 4)
        for _ in 0..<50 {
            #expect(throws: Broken(part: 3)) {
                try crew.perform(40) { part in
                    if part % 7 == 3 { throw Broken(part: part) }
                }
            }
        }
    }

    @Test func membersComputeAloneAndLeaveOthersTheirThreads() throws {
        let before = Runtime.threads
        let shares = Lock<Set<Int>>([])
        let crew = ComputeCrew(threads: 8)
        try crew.perform(8) { _ in shares.withLock { _ = $0.insert(Runtime.threads) } }
        #expect(shares.withLock { $0 } == [1])
        #expect(Runtime.threads == before)
        // Nor do threads that compute for the first time inherit it.
        let fresh = Caller { Runtime.threads }
        #expect(fresh.answer == before)
    }

    @Test func manyCallersAtOnceAndEndingCrews() throws {
        for _ in 0..<20 {
            let total = Lock(0)
            let crew = ComputeCrew(threads: 2)
            let callers = (0..<4).map { _ in
                Caller {
                    try? crew.perform(5) { part in total.withLock { $0 += part } }
                    return 1
                }
            }
            #expect(callers.allSatisfy { $0.answer == 1 })
            #expect(total.withLock { $0 } == 40)
        }
    }
}

/// A body on a thread of its own.
private final class Caller: Sendable {
    private let value = Lock<Int?>(nil)
    private let done = DispatchSemaphore(value: 0)

    init(_ body: @escaping @Sendable () -> Int) {
        Thread.detachNewThread {
            let result = body()
            self.value.withLock { $0 = result }
            self.done.signal()
        }
    }

    /// What it gave, nil after a minute.
    var answer: Int? {
        guard done.wait(timeout: .now() + 60) == .success else { return nil }
        return value.withLock { $0 }
    }
}
