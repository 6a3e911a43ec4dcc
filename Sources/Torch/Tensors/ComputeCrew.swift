internal import Dispatch
internal import Synchronization

/// Threads that compute parts of one piece of work at the same time, each part on one of them.
///
/// libtorch spreads every operator over all threads, which wait for each other after each one.
/// Where the work falls into parts that need nothing of each other, a crew whose members compute
/// alone waits once.
public final class ComputeCrew: Sendable {
    /// Members.
    public let threads: Int
    private let queue = JobQueue()

    /// Starts as many members.
    public init(threads: Int) {
        self.threads = threads
        guard threads > 1 else { return }
        for _ in 0..<threads {
            DetachedThread.start { [queue] in
                Runtime.shareThreads(1)
                queue.work()
            }
        }
    }

    deinit { if threads > 1 { queue.end(threads) } }

    /// Whether so many parts give more than half of the members something to do. If not, the whole
    /// is better computed by operators that use all threads.
    public func isWorthwhile(_ parts: Int) -> Bool { 2 * parts > threads }

    /// Runs `body` for 0, 1 ... parts - 1, in any order and at the same time.
    /// - Throws: what `body` threw for the first part that failed.
    public func perform(_ parts: Int, _ body: @escaping @Sendable (Int) throws -> Void) throws {
        guard threads > 1 else {
            for part in 0..<parts { try body(part) }
            return
        }
        let next = Parts()
        let done = DispatchSemaphore(value: 0)
        let members = min(parts, threads)
        for _ in 0..<members {
            queue.add {
                while true {
                    let part = next.number.add(1, ordering: .relaxed).oldValue
                    guard part < parts else { break }
                    do { try body(part) } catch { next.failures.withLock { $0[part] = error } }
                }
                done.signal()
            }
        }
        for _ in 0..<members { done.wait() }
        if let first = next.failures.withLock({ $0.min { $0.key < $1.key } }) { throw first.value }
    }
}

/// How far a piece of work has come.
private final class Parts: Sendable {
    let number = Atomic(0)
    let failures = Mutex<[Int: any Error]>([:])
}

/// What a crew's members wait for. They share it, so that a crew can end while they wait.
private final class JobQueue: Sendable {
    typealias Job = @Sendable () -> Void
    /// First in, first out: of two callers' work the older ends first.
    private let jobs = Mutex<[Job]>([])
    private let count = DispatchSemaphore(value: 0)

    func add(_ job: @escaping Job) {
        jobs.withLock { $0.append(job) }
        count.signal()
    }

    /// A count without a job ends a member.
    func end(_ members: Int) { for _ in 0..<members { count.signal() } }

    func work() {
        while true {
            count.wait()
            guard let job = jobs.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) else { return }
            job()
        }
    }
}
