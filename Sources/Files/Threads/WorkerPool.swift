internal import Dispatch
internal import Foundation
internal import Synchronization

/// Threads that take jobs in the order they came: for what takes long, so that a network's threads
/// never wait, and for parts of one piece of work, computed side by side.
package final class WorkerPool: Sendable {
    /// What a thread does.
    package typealias Job = @Sendable () -> Void
    /// Threads.
    package let threads: Int
    private let work = Work()

    /// Starts the threads, each with `begin`.
    package init(threads: Int, named name: String, begin: @escaping Job = {}) {
        self.threads = max(threads, 1)
        for number in 0..<self.threads {
            // The threads hold the jobs, not the pool, so that it can end while they wait.
            let thread = Thread { [work] in
                begin()
                work.run()
            }
            thread.name = "\(name)-\(number)"
            thread.stackSize = 8 << 20
            thread.start()
        }
    }

    deinit { for _ in 0..<threads { work.end() } }

    /// Runs a job on one of the threads.
    package func submit(_ job: @escaping Job) { work.add(job) }

    /// What `body` gives on one of the threads.
    package func run<Value: Sendable>(
        _ body: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            submit { continuation.resume(with: Result { try body() }) }
        }
    }

    /// Runs `body` for 0, 1 ... parts - 1, in any order and at the same time, and waits for all.
    /// - Throws: what `body` threw for the first part that failed.
    package func perform(
        _ parts: Int, _ body: @escaping @Sendable (Int) throws -> Void
    ) throws {
        let progress = PartsProgress()
        let done = DispatchSemaphore(value: 0)
        let members = min(parts, threads)
        for _ in 0..<members {
            submit {
                while let part = progress.claim(of: parts) {
                    do { try body(part) } catch { progress.fail(part, error) }
                }
                done.signal()
            }
        }
        for _ in 0..<members { done.wait() }
        if let failure = progress.firstFailure { throw failure }
    }

    /// What the threads wait for.
    private final class Work: Sendable {
        private let jobs = Lock<Queue<Job>>(Queue())
        private let count = DispatchSemaphore(value: 0)

        func add(_ job: @escaping Job) {
            jobs.withLock { $0.append(job) }
            count.signal()
        }

        /// A count without a job ends a thread.
        func end() { count.signal() }

        func run() {
            while true {
                count.wait()
                guard let job = jobs.withLock({ $0.removeFirst() }) else { return }
                job()
            }
        }
    }
}

/// How far work in parts has come.
private final class PartsProgress: Sendable {
    private let next = Atomic(0)
    private let failures = Lock<[Int: any Error]>([:])

    /// The next part that nobody has taken; nil when all are taken.
    func claim(of parts: Int) -> Int? {
        let part = next.add(1, ordering: .relaxed).oldValue
        return part < parts ? part : nil
    }

    func fail(_ part: Int, _ error: any Error) { failures.withLock { $0[part] = error } }

    var firstFailure: (any Error)? {
        failures.withLock { failures in failures.min { $0.key < $1.key }?.value }
    }
}
