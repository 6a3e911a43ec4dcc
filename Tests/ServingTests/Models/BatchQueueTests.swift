import CambiumFiles
import CambiumServing
import Testing

/// A model that doubles numbers, waits for a gate and fails for chosen rows.
private final class DoublingModel: BatchQueueObserver {
    struct Broken: Error {}

    /// The rows of each batch that came.
    let batches = Lock<[[Int]]>([])
    let failures = Lock(0)
    let gate = Gate()
    /// Rows that spoil their batch.
    private let spoiling: Set<Int>

    init(spoiling: Set<Int>) { self.spoiling = spoiling }

    func compute(_ rows: [Int]) async throws -> [Int] {
        batches.withLock { $0.append(rows) }
        await gate.pass()
        guard spoiling.isDisjoint(with: rows) else { throw Broken() }
        return rows.map { 2 * $0 }
    }

    func prepared(in time: Duration) {}
    func waited(_ time: Duration) {}
    func computed(rows: Int, in time: Duration) {}
    func failed(_ error: any Error) { failures.withLock { $0 += 1 } }
}

/// A lane through that model.
private struct DoublingLane: Sendable {
    let model: DoublingModel
    private let lane: BatchQueue<Int, Int, Int>

    init(_ batching: Batching, places: Int = 1, spoiling: Set<Int> = []) {
        let model = DoublingModel(spoiling: spoiling)
        self.model = model
        lane = BatchQueue(
            batching, places: places, WorkerPool(threads: 2, named: "test"), observer: model,
            prepare: { (row: Int) throws(Refusal) -> Int in
                guard row >= 0 else { throw .invalid("row", "is negative") }
                return row
            },
            compute: { rows in try await model.compute(rows) })
    }

    func answers(
        to rows: [Int], within time: Duration = .seconds(600)
    ) async throws -> [Result<Int, Refusal>] {
        try await lane.answers(to: rows, before: .now + time)
    }

    var admitted: Int { lane.admitted }
    var gate: Gate { model.gate }
    var batches: [[Int]] { model.batches.withLock { $0 } }
}

/// What rows get that nothing is wrong with.
private func doubled(_ rows: some Sequence<Int>) -> [Result<Int, Refusal>] {
    rows.map { .success(2 * $0) }
}

/// A door that is open, or closed until it is opened for good.
private final class Gate: Sendable {
    private struct State {
        var isOpen = true
        var waiting: [CheckedContinuation<Void, Never>] = []
        var arrived = 0
        var expecting: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Lock(State())

    func close() { state.withLock { $0.isOpen = false } }

    func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    func pass() async {
        await withCheckedContinuation { continuation in
            let (isOpen, met) = state.withLock { state in
                state.arrived += 1
                if !state.isOpen { state.waiting.append(continuation) }
                let met = state.expecting.filter { $0.count <= state.arrived }
                state.expecting.removeAll { $0.count <= state.arrived }
                return (state.isOpen, met)
            }
            for entry in met { entry.continuation.resume() }
            if isOpen { continuation.resume() }
        }
    }

    /// Waits until so many have come to the door in all.
    func arrivals(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isMet = state.withLock { state in
                guard state.arrived < count else { return true }
                state.expecting.append((count, continuation))
                return false
            }
            if isMet { continuation.resume() }
        }
    }
}

@Suite struct BatchQueueTests {
    @Test(arguments: [1, 4, 32], [1, 3])
    func `every caller gets its rows' answers in their order`(size: Int, places: Int) async throws {
        let lane = DoublingLane(Batching(size: size, wait: .zero), places: places)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for caller in 0..<20 {
                group.addTask {
                    let rows = (0..<(caller * 7 % 23)).map { 1000 * caller + $0 }
                    let answers = try await lane.answers(to: rows)
                    #expect(answers == doubled(rows))
                }
            }
            try await group.waitForAll()
        }
        let batches = lane.batches
        #expect(batches.allSatisfy { (1...size).contains($0.count) })
        let rows = batches.flatMap(\.self)
        let count = (0..<20).reduce(0) { $0 + $1 * 7 % 23 }
        #expect(Set(rows).count == count && rows.count == count)
        #expect(lane.admitted == 0)
    }

    @Test func `rows fill batches while the model works`() async throws {
        let lane = DoublingLane(Batching(size: 8, wait: .zero))
        lane.gate.close()
        async let first = lane.answers(to: [0])
        await lane.gate.arrivals(1)
        async let rest = lane.answers(to: Array(1...16))
        while lane.admitted < 17 { await Task.yield() }
        lane.gate.open()
        let (one, all) = (try await first, try await rest)
        #expect(one == doubled([0]) && all == doubled(1...16))
        let sizes = lane.batches.map(\.count)
        #expect(sizes.first == 1 && sizes.dropFirst().reduce(0, +) == 16)
    }

    @Test func `a row that cannot be prepared fails alone`() async throws {
        let lane = DoublingLane(Batching(size: 4, wait: .zero))
        let answers = try await lane.answers(to: [1, -1, 3, -2])
        let refusal = Refusal.invalid("row", "is negative")
        let expected: [Result<Int, Refusal>] = [
            .success(2), .failure(refusal), .success(6), .failure(refusal),
        ]
        #expect(answers == expected)
        #expect(lane.admitted == 0)
    }

    @Test func `a row that spoils its batch fails alone, its neighbours are computed again`()
        async throws
    {
        let lane = DoublingLane(Batching(size: 8, wait: .zero), spoiling: [3])
        let answers = try await lane.answers(to: Array(0..<8))
        for (row, answer) in answers.enumerated() {
            let expected: Result<Int, Refusal> = row == 3 ? .failure(.fault) : .success(2 * row)
            #expect(answer == expected)
        }
        #expect(lane.model.failures.withLock { $0 } > 0)
    }

    @Test func `more rows than the queue holds are refused at once, the others are not hurt`()
        async throws
    {
        let lane = DoublingLane(Batching(size: 2, wait: .zero, queue: 5))
        lane.gate.close()
        async let first = lane.answers(to: [1, 2, 3, 4])
        await lane.gate.arrivals(1)
        do {
            _ = try await lane.answers(to: [5, 6])
            Issue.record("two more than four are six")
        } catch let refusal as Refusal {
            #expect(refusal.code == "busy" && refusal.message.contains("limit is 5"))
            #expect(try #require(refusal.retryAfter) >= 1)
        }
        async let last = lane.answers(to: [5])
        lane.gate.open()
        let (four, one) = (try await first, try await last)
        #expect(four == doubled(1...4) && one == doubled([5]))
        #expect(try await lane.answers(to: []).isEmpty)
    }

    @Test func `who runs out of time is told, and what it asked for is not computed`() async throws
    {
        let lane = DoublingLane(Batching(size: 1, wait: .zero))
        lane.gate.close()
        async let first = lane.answers(to: [1])
        await lane.gate.arrivals(1)
        do {
            _ = try await lane.answers(to: [2, 3], within: .zero)
            Issue.record("there was no time")
        } catch let refusal as Refusal {
            #expect(refusal == .deadline)
        }
        lane.gate.open()
        let answers = try await first
        #expect(answers == doubled([1]))
        let later = try await lane.answers(to: [4])
        #expect(later == doubled([4]))
        #expect(lane.batches == [[1], [4]])
    }

    @Test func `who hangs up is told, and others go on`() async throws {
        let lane = DoublingLane(Batching(size: 1, wait: .zero))
        lane.gate.close()
        let caller = Task { try await lane.answers(to: [1, 2]) }
        await lane.gate.arrivals(1)
        caller.cancel()
        let outcome = await caller.result
        #expect { try outcome.get() } throws: { $0 as? Refusal == .cancelled }
        lane.gate.open()
        let answers = try await lane.answers(to: [3])
        #expect(answers == doubled([3]))
        #expect(lane.batches == [[1], [3]])
    }
}

@Suite struct GatheringTests {
    private func outcome(
        count: Int, _ body: @escaping @Sendable (Gathering<Int>) -> Void
    ) async -> Result<[Result<Int, Refusal>], any Error> {
        let gathering = Gathering<Int>(count: count)
        do {
            return .success(
                try await withCheckedThrowingContinuation { continuation in
                    gathering.wait(with: continuation)
                    body(gathering)
                })
        } catch { return .failure(error) }
    }

    @Test func `answers come in any order, the first of each row counts`() async throws {
        let answers = try await outcome(count: 3) { gathering in
            gathering.set(2, .success(30))
            gathering.set(2, .success(31))
            gathering.set(0, .failure(.fault))
            #expect(!gathering.isOver)
            gathering.set(1, .success(20))
            #expect(gathering.isOver)
            gathering.give(up: .deadline)
            gathering.set(0, .success(10))
        }.get()
        let expected: [Result<Int, Refusal>] = [.failure(.fault), .success(20), .success(30)]
        #expect(answers == expected)
    }

    @Test func `who gives up is over, whatever comes later`() async {
        let outcome = await outcome(count: 2) { gathering in
            gathering.set(0, .success(1))
            gathering.give(up: .deadline)
            gathering.give(up: .cancelled)
            gathering.set(1, .success(2))
        }
        #expect { try outcome.get() } throws: { $0 as? Refusal == .deadline }
    }

    @Test func `an end that came before anybody waits is not lost`() async throws {
        let gathering = Gathering<Int>(count: 1)
        gathering.set(0, .success(7))
        let answers = try await withCheckedThrowingContinuation { gathering.wait(with: $0) }
        #expect(answers.map { try? $0.get() } == [7])
        let refused = Gathering<Int>(count: 1)
        refused.give(up: .cancelled)
        await #expect(throws: Refusal.cancelled) {
            try await withCheckedThrowingContinuation { refused.wait(with: $0) }
        }
    }

    @Test func `answers from many threads at once end it once`() async throws {
        for _ in 0..<200 {
            let gathering = Gathering<Int>(count: 16)
            let answers = try await withCheckedThrowingContinuation { continuation in
                gathering.wait(with: continuation)
                for row in 0..<16 { Task { gathering.set(row, .success(row)) } }
            }
            #expect(answers.map { try? $0.get() } == Array(0..<16))
        }
    }
}
