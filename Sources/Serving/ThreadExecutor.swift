internal import Dispatch
internal import Foundation
internal import Synchronization

/// A thread of its own that runs an actor's jobs one after another.
///
/// libtorch keeps a team of threads for every thread that calls it; Swift's shared pool would give
/// each of its threads one.
final class ThreadExecutor: SerialExecutor {
    private let work = Work()

    init(_ name: String) {
        let work = work
        let thread = Thread { work.run() }
        thread.name = name
        thread.stackSize = 8 << 20
        thread.start()
    }

    deinit { work.end() }

    func enqueue(_ job: consuming ExecutorJob) {
        work.add(UnownedJob(job), asUnownedSerialExecutor())
    }

    func asUnownedSerialExecutor() -> UnownedSerialExecutor {
        UnownedSerialExecutor(ordinary: self)
    }

    /// What the thread and the executor share; it outlives the executor by the last job.
    private final class Work: Sendable {
        private let jobs = Mutex<[(job: UnownedJob, executor: UnownedSerialExecutor)]>([])
        private let count = DispatchSemaphore(value: 0)

        func add(_ job: UnownedJob, _ executor: UnownedSerialExecutor) {
            jobs.withLock { $0.append((job, executor)) }
            count.signal()
        }

        /// A count without a job ends the thread.
        func end() { count.signal() }

        func run() {
            while true {
                count.wait()
                guard let next = jobs.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) else {
                    return
                }
                next.job.runSynchronously(on: next.executor)
            }
        }
    }
}
