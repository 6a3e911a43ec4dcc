internal import Foundation

/// Work on `0..<count` done by several threads, handed out in order, never more than `ahead`
/// results ahead of the reader.
///
/// Results depend on their index alone, so any number of workers gives the same sequence.
/// Letting go stops the threads after what they have in hand.
package final class OrderedWorkers<Output: Sendable>: Sendable {
    private let state: State

    /// Starts the threads.
    package init(count: Int, workers: Int, ahead: Int, work: @escaping @Sendable (Int) -> Output) {
        state = State(count: count, ahead: max(ahead, 1))
        for number in 0..<min(max(workers, 1), max(count, 1)) {
            let thread = Thread { [state] in
                while let index = state.claim() { state.store(work(index), at: index) }
            }
            thread.name = "cambium-\(number)"
            // Codecs keep rows on the stack; the default of a thread may be small.
            thread.stackSize = 4 << 20
            thread.start()
        }
    }

    deinit { state.stop() }

    /// The next result in order; nil after the last. Waits for it.
    package func next() -> Output? { state.take() }

    /// What the threads share; every access holds the lock.
    private final class State: @unchecked Sendable {
        private let lock = NSCondition()
        private let count: Int
        private let ahead: Int
        private var claimed = 0
        private var taken = 0
        private var stopped = false
        private var idle = 0
        private var ready: [Int: Output] = [:]

        init(count: Int, ahead: Int) { (self.count, self.ahead) = (count, ahead) }

        func claim() -> Int? {
            lock.lock()
            defer { lock.unlock() }
            while !stopped, claimed < count, claimed >= taken + ahead {
                idle += 1
                lock.wait()
                idle -= 1
            }
            guard !stopped, claimed < count else { return nil }
            claimed += 1
            return claimed - 1
        }

        func store(_ output: Output, at index: Int) {
            lock.lock()
            defer { lock.unlock() }
            ready[index] = output
            // The reader waits for this one, or not at all.
            if index == taken { lock.broadcast() }
        }

        func take() -> Output? {
            lock.lock()
            defer { lock.unlock() }
            guard taken < count else { return nil }
            while true {
                if let output = ready.removeValue(forKey: taken) {
                    taken += 1
                    // Not for every result: small ones would wake threads more than they work.
                    if idle > 0, claimed - taken <= ahead / 2 { lock.broadcast() }
                    return output
                }
                if stopped { return nil }
                lock.wait()
            }
        }

        func stop() {
            lock.lock()
            defer { lock.unlock() }
            stopped = true
            ready.removeAll()
            lock.broadcast()
        }
    }
}
