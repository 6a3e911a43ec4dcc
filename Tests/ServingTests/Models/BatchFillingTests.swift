import CambiumFiles
import CambiumServing
import Dispatch
import Testing

/// A model that copies rows. Row 0 is not prepared, and batches are not computed, before they are
/// let go.
private final class HeldModel: BatchQueueObserver {
    let batches = Lock<[[Int]]>([])
    let prepared = Lock<[Int]>([])
    private let isHeld: Bool
    private let zero = DispatchSemaphore(value: 0)
    private let (steps, step) = AsyncStream.makeStream(of: Void.self)

    init(isHeld: Bool) { self.isHeld = isHeld }

    func prepare(_ row: Int) -> Int {
        if row == 0 { zero.wait() }
        prepared.withLock { $0.append(row) }
        return row
    }

    func compute(_ rows: [Int]) async -> [Int] {
        batches.withLock { $0.append(rows) }
        if isHeld { for await _ in steps { break } }
        // A model that forgets an answer.
        return rows == [-1] ? [] : rows
    }

    /// Prepares row 0.
    func letZeroGo() { zero.signal() }

    /// Computes whatever comes.
    func letGo() { step.finish() }

    func prepared(in time: Duration) {}
    func waited(_ time: Duration) {}
    func computed(rows: Int, in time: Duration) {}
    func failed(_ error: any Error) {}
}

/// When a batch begins, and what is counted meanwhile: nothing here depends on how fast it goes.
@Suite(.timeLimit(.minutes(5))) struct BatchFillingTests {
    private typealias Lane = BatchQueue<Int, Int, Int>
    /// Never over while a test runs.
    private static let long = Duration.seconds(100_000)

    private func lane(_ model: HeldModel, _ batching: Batching, places: Int = 1, _ pool: WorkerPool)
        -> Lane
    {
        BatchQueue(
            batching, places: places, pool, observer: model,
            prepare: { (row: Int) throws(Refusal) -> Int in model.prepare(row) },
            compute: { rows in await model.compute(rows) })
    }

    private func answers(_ lane: Lane, _ rows: [Int]) async throws -> [Int?] {
        try await lane.answers(to: rows, before: .now + Self.long).map { try? $0.get() }
    }

    private func wait(until isTrue: () -> Bool) async {
        while !isTrue() { await Task.yield() }
    }

    @Test func `a batch that is not full waits for rows that are being prepared`() async throws {
        let model = HeldModel(isHeld: false)
        let lane = lane(
            model, Batching(size: 4, wait: Self.long), WorkerPool(threads: 2, named: "test"))
        async let both = answers(lane, [1, 0])
        await wait { model.prepared.withLock { $0 == [1] } }
        model.letZeroGo()
        #expect(try await both == [1, 0])
        #expect(model.batches.withLock { $0 } == [[1, 0]])
    }

    @Test func `a full batch waits for nobody`() async throws {
        let model = HeldModel(isHeld: false)
        let lane = lane(
            model, Batching(size: 2, wait: Self.long), WorkerPool(threads: 2, named: "test"))
        async let all = answers(lane, [0, 1, 2])
        await wait { model.batches.withLock { $0.count == 1 } }
        model.letZeroGo()
        #expect(try await all == [0, 1, 2])
        #expect(model.batches.withLock { $0 } == [[1, 2], [0]])
    }

    @Test func `when a row's time to wait is over it goes alone, each time`() async throws {
        let model = HeldModel(isHeld: false)
        let lane = lane(
            model, Batching(size: 4, wait: .milliseconds(1)), WorkerPool(threads: 2, named: "test"))
        async let zero = answers(lane, [0])
        await wait { lane.admitted == 1 }
        for row in 1...3 { #expect(try await answers(lane, [row]) == [row]) }
        model.letZeroGo()
        #expect(try await zero == [0])
        #expect(model.batches.withLock { $0 } == [[1], [2], [3], [0]])
    }

    @Test func `another place is for full batches alone`() async throws {
        let (model, pool) = (HeldModel(isHeld: true), WorkerPool(threads: 1, named: "test"))
        let lane = lane(model, Batching(size: 4, wait: .zero), places: 2, pool)
        async let first = answers(lane, [1])
        await wait { model.batches.withLock { $0.count == 1 } }
        async let second = answers(lane, [2, 3])
        await wait { lane.admitted == 3 }
        // Behind their preparation.
        try await pool.run {}
        model.letGo()
        #expect(try await first == [1])
        #expect(try await second == [2, 3])
        #expect(model.batches.withLock { $0 } == [[1], [2, 3]])
    }

    @Test func `rows are prepared ahead of the model, two batches and one for each thread`()
        async throws
    {
        let (model, pool) = (HeldModel(isHeld: true), WorkerPool(threads: 1, named: "test"))
        let lane = lane(model, Batching(size: 1, wait: .zero), pool)
        async let all = answers(lane, Array(1...20))
        await wait { lane.admitted == 20 && model.batches.withLock { $0.count == 1 } }
        for _ in 0..<20 { try await pool.run {} }
        #expect(model.prepared.withLock { $0.count } == 4)
        model.letGo()
        #expect(try await all == Array(1...20))
    }

    @Test func `rows of one who hung up make room, wherever they stand`() async throws {
        let model = HeldModel(isHeld: true)
        let lane = lane(
            model, Batching(size: 1, wait: .zero), WorkerPool(threads: 1, named: "test"))
        let caller = Task { try await answers(lane, Array(1...20)) }
        await wait { model.batches.withLock { $0.count == 1 } }
        caller.cancel()
        _ = await caller.result
        model.letGo()
        #expect(try await answers(lane, [21]) == [21])
        await wait { lane.admitted == 0 }
        #expect(model.batches.withLock { $0 } == [[1], [21]])
    }

    @Test func `a model that forgets an answer is at fault, and nobody waits for it`() async throws
    {
        let lane = lane(
            HeldModel(isHeld: false), Batching(wait: .zero), WorkerPool(threads: 1, named: "test"))
        #expect(try await lane.answers(to: [-1], before: .now + Self.long) == [.failure(.fault)])
    }

    @Test func `a batch and a queue hold one row at least`() {
        let batching = Batching(size: 0, queue: -1)
        #expect(batching.size == 1 && batching.queue == 1)
    }
}
