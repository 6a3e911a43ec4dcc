internal import Dispatch
internal import Foundation
internal import Synchronization

/// Threads for what takes long, so that the network's threads never wait.
package final class WorkerPool: Sendable {
    /// What a thread does.
    package typealias Job = @Sendable () -> Void
    /// Threads.
    let threads: Int
    private let work = Work()

    /// Starts the threads, each with `begin`.
    package init(threads: Int, named name: String, begin: @escaping Job = {}) {
        self.threads = max(threads, 1)
        for number in 0..<self.threads {
            let work = work
            let thread = Thread {
                begin()
                work.run()
            }
            thread.name = "\(name)-\(number)"
            thread.stackSize = 8 << 20
            thread.start()
        }
    }

    deinit { for _ in 0..<threads { work.end() } }

    /// Runs a job on one of the threads, jobs in the order they came.
    func submit(_ job: @escaping Job) { work.add(job) }

    /// What `body` gives on one of the threads.
    func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value
    {
        try await withCheckedThrowingContinuation { continuation in
            submit { continuation.resume(with: Result { try body() }) }
        }
    }

    private final class Work: Sendable {
        private let jobs = Mutex<Queue<Job>>(Queue())
        private let count = DispatchSemaphore(value: 0)

        func add(_ job: @escaping Job) {
            jobs.withLock { $0.append(job) }
            count.signal()
        }

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

/// First in, first out, without moving what waits.
struct Queue<Element> {
    private var elements: [Element?] = []
    private var head = 0

    var count: Int { elements.count - head }
    var isEmpty: Bool { count == 0 }
    var first: Element? { isEmpty ? nil : elements[head] }

    mutating func append(_ element: Element) { elements.append(element) }

    mutating func removeFirst() -> Element? {
        guard !isEmpty else { return nil }
        defer { shrink() }
        let element = elements[head]
        elements[head] = nil
        head += 1
        return element
    }

    private mutating func shrink() {
        guard head == elements.count || head > 1024 && head * 2 > elements.count else { return }
        elements.removeFirst(head)
        head = 0
    }
}
