import CambiumFiles
import Glibc
import Testing

@Suite struct OrderedWorkersTests {
    @Test(arguments: [1, 2, 8])
    func `results come in order from any number of threads, then none`(workers: Int) {
        let results = OrderedWorkers(count: 500, workers: workers, ahead: 7) { $0 * $0 }
        for index in 0..<500 { #expect(results.next() == index * index) }
        #expect(results.next() == nil)
        #expect(OrderedWorkers(count: 0, workers: workers, ahead: 1) { $0 }.next() == nil)
    }

    @Test func `no more than the agreed results wait for the reader`() {
        let largest = Lock(0)
        let results = OrderedWorkers(count: 100, workers: 4, ahead: 5) { index in
            largest.withLock { $0 = max($0, index) }
        }
        for taken in 0..<100 {
            // Nothing beyond what was taken and the five ahead may have been begun.
            #expect(largest.withLock { $0 } < taken + 5)
            _ = results.next()
        }
    }

    @Test func `one result at least is made ahead, or none would ever be`() {
        let results = OrderedWorkers(count: 3, workers: 2, ahead: 0) { $0 }
        #expect([results.next(), results.next(), results.next()] == [0, 1, 2])
    }

    @Test func `letting go ends the threads`() {
        let ended = Lock(false)
        do {
            let token = Token { ended.withLock { $0 = true } }
            let results = OrderedWorkers(count: 1000, workers: 1, ahead: 2) { index in
                token.hold(index)
            }
            #expect(results.next() == 0)
        }
        // The thread lets go of its work when it ends.
        while !ended.withLock({ $0 }) { sched_yield() }
    }
}

/// Tells when the last who holds it lets go.
private final class Token: Sendable {
    private let end: @Sendable () -> Void
    init(_ end: @escaping @Sendable () -> Void) { self.end = end }
    func hold(_ value: Int) -> Int { value }
    deinit { end() }
}
