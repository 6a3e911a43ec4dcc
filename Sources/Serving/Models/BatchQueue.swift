package import CambiumFiles

/// The way of many callers' rows through one model: each row is prepared on a worker thread, ready
/// rows of whatever callers go through the model together.
///
/// A batch starts when the model is free and it is full, or nothing more is on its way, or its
/// oldest row has waited for ``Batching/wait``; so a single caller never waits, and under load
/// batches fill while the model works. A full batch joins one that is at work, where there are
/// places.
package final class BatchQueue<Input: Sendable, Ready: Sendable, Output: Sendable>: Sendable {
    /// Makes a row ready.
    package typealias Prepare = @Sendable (Input) throws(Refusal) -> Ready
    /// Takes ready rows through the model.
    package typealias Compute = @Sendable ([Ready]) async throws -> [Output]
    /// What a row gets.
    package typealias Answer = Result<Output, Refusal>

    private let batching: Batching
    private let places: Int
    private let pool: WorkerPool
    private let prepare: Prepare
    private let compute: Compute
    private let observer: any BatchQueueObserver
    private let state = Lock(State())

    /// A way through one model, in which so many batches may be at once.
    package init(
        _ batching: Batching, places: Int, _ pool: WorkerPool, observer: any BatchQueueObserver,
        prepare: @escaping Prepare, compute: @escaping Compute
    ) {
        (self.batching, self.places) = (batching, places)
        (self.pool, self.observer) = (pool, observer)
        (self.prepare, self.compute) = (prepare, compute)
    }

    /// One row on its way.
    private struct Ticket {
        let caller: Gathering<Output>
        let row: Int
        let since: ContinuousClock.Instant
    }

    private struct State {
        var waiting = Queue<(ticket: Ticket, input: Input)>()
        var ready = Queue<(ticket: Ticket, value: Ready)>()
        var preparing = 0
        var admitted = 0
        /// Batches in the model.
        var computing = 0
        var hasTimer = false
        /// Seconds a row took lately, for advice to those who are refused.
        var pace = 0.01
    }

    /// The answers to some rows, in their order. A row that cannot be used fails alone.
    /// - Throws: a ``Refusal`` when the queue is full or the time is up.
    package func answers(
        to inputs: [Input], before deadline: ContinuousClock.Instant
    ) async throws -> [Answer] {
        guard !inputs.isEmpty else { return [] }
        let caller = Gathering<Output>(count: inputs.count)
        let timer = Task {
            try await Task.sleep(until: deadline, clock: .continuous)
            caller.give(up: .deadline)
        }
        defer { timer.cancel() }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                caller.wait(with: continuation)
                if let refusal = admit(inputs, caller) { caller.give(up: refusal) }
            }
        } onCancel: {
            caller.give(up: .cancelled)
        }
    }

    /// Rows that are under way.
    package var admitted: Int { state.withLock { $0.admitted } }

    private func admit(_ inputs: [Input], _ caller: Gathering<Output>) -> Refusal? {
        let refusal = state.withLock { state -> Refusal? in
            guard state.admitted + inputs.count <= batching.queue else {
                return .busy(
                    "\(state.admitted) rows wait already, the limit is \(batching.queue)",
                    retryAfter: Int(Double(state.admitted) * state.pace) + 1)
            }
            state.admitted += inputs.count
            let now = ContinuousClock.now
            for (row, input) in inputs.enumerated() {
                state.waiting.append((Ticket(caller: caller, row: row, since: now), input))
            }
            startPreparing(&state)
            return nil
        }
        return refusal
    }

    /// Hands waiting rows to the workers, no further ahead than a batch or two.
    private func startPreparing(_ state: inout State) {
        let ahead = 2 * batching.size + pool.threads
        while state.preparing + state.ready.count < ahead, let next = state.waiting.removeFirst() {
            guard !next.ticket.caller.isOver else {
                state.admitted -= 1
                continue
            }
            state.preparing += 1
            pool.submit { self.prepare(next.ticket, next.input) }
        }
    }

    private func prepare(_ ticket: Ticket, _ input: Input) {
        let begin = ContinuousClock.now
        let result: Result<Ready, Refusal>
        if ticket.caller.isOver {
            result = .failure(.cancelled)
        } else {
            result = Result { () throws(Refusal) in try prepare(input) }
            observer.prepared(in: .now - begin)
        }
        let batch = state.withLock { state -> [(ticket: Ticket, value: Ready)]? in
            state.preparing -= 1
            switch result {
            case .success(let value):
                state.ready.append(
                    (Ticket(caller: ticket.caller, row: ticket.row, since: .now), value))
            case .failure: state.admitted -= 1
            }
            startPreparing(&state)
            return nextBatch(&state)
        }
        if case .failure(let refusal) = result { ticket.caller.set(ticket.row, .failure(refusal)) }
        start(batch)
    }

    /// The rows to compute now, if it is time.
    private func nextBatch(_ state: inout State) -> [(ticket: Ticket, value: Ready)]? {
        guard state.computing < places, let oldest = state.ready.first else { return nil }
        if state.ready.count < batching.size {
            guard state.computing == 0 else { return nil }
            let isLast = state.preparing == 0 && state.waiting.isEmpty
            let due = oldest.ticket.since + batching.wait
            guard isLast || due <= .now else {
                if !state.hasTimer { ring(at: due, &state) }
                return nil
            }
        }
        var batch: [(ticket: Ticket, value: Ready)] = []
        while batch.count < batching.size, let next = state.ready.removeFirst() {
            if next.ticket.caller.isOver { state.admitted -= 1 } else { batch.append(next) }
        }
        startPreparing(&state)
        guard !batch.isEmpty else { return nil }
        state.computing += 1
        return batch
    }

    private func ring(at due: ContinuousClock.Instant, _ state: inout State) {
        state.hasTimer = true
        Task {
            try? await Task.sleep(until: due, tolerance: .zero, clock: .continuous)
            let batch = self.state.withLock { state in
                state.hasTimer = false
                return nextBatch(&state)
            }
            start(batch)
        }
    }

    private func start(_ batch: [(ticket: Ticket, value: Ready)]?) {
        guard let batch else { return }
        Task { await run(batch) }
    }

    private func run(_ batch: [(ticket: Ticket, value: Ready)]) async {
        let begin = ContinuousClock.now
        for row in batch { observer.waited(begin - row.ticket.since) }
        let answers = await computed(batch.map(\.value))
        let took = ContinuousClock.now - begin
        observer.computed(rows: batch.count, in: took)
        let next = state.withLock { state -> [(ticket: Ticket, value: Ready)]? in
            let pace = took / .seconds(batch.count * state.computing)
            state.computing -= 1
            state.admitted -= batch.count
            state.pace += (pace - state.pace) * 0.1
            return nextBatch(&state)
        }
        // The model first, the callers after it.
        start(next)
        for (row, answer) in zip(batch, answers) { row.ticket.caller.set(row.ticket.row, answer) }
    }

    /// The batch's answers. Where the batch fails as a whole, each row is tried alone, so that no
    /// caller pays for another's.
    private func computed(_ values: [Ready]) async -> [Answer] {
        do {
            let outputs = try await compute(values)
            guard outputs.count == values.count else { throw Refusal.fault }
            return outputs.map { .success($0) }
        } catch {
            observer.failed(error)
            guard values.count > 1 else { return [.failure(.fault)] }
            var answers: [Answer] = []
            for value in values { answers += await computed([value]) }
            return answers
        }
    }
}

/// How rows are put together.
public struct Batching: Sendable {
    /// Rows at a time.
    public var size: Int
    /// How long the oldest ready row waits for others.
    public var wait: Duration
    /// Rows under way at most; more are refused.
    public var queue: Int

    /// Batches of `size` rows.
    public init(size: Int = 32, wait: Duration = .milliseconds(5), queue: Int = 1024) {
        (self.size, self.wait, self.queue) = (max(size, 1), wait, max(queue, 1))
    }
}

/// Hears what happens in a queue, for figures.
package protocol BatchQueueObserver: Sendable {
    func prepared(in time: Duration)
    func waited(_ time: Duration)
    func computed(rows: Int, in time: Duration)
    func failed(_ error: any Error)
}
