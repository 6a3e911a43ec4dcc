internal import CambiumFiles
internal import Glibc

/// Tells the other processes that this one lives, and notices when one of them does not: a rank
/// that died, was stopped, lost its network or hangs, even while the main thread waits for it
/// inside an operation.
///
/// Every process leaves a note with a counter at the meeting place, over a connection of its own,
/// and reads all notes. A counter that has not moved for the timeout is a rank that is gone. A rank
/// whose heart beats but which enters fewer operations than all others for ten times as long hangs.
public final class Heartbeat: Sendable {
    private struct State {
        var record: HeartRecord
        var own = HeartNote()
        var calls: CallCounter?
        var trouble: (@Sendable () -> String?)?
        /// What stands at the meeting place.
        var written = HeartNote()
        /// The status last tried to write.
        var told = HeartNote.Status.working
        /// This process expects nothing more of the others.
        var isOver = false
        /// Nobody reads the notes any more.
        var isClosed = false
    }

    private let state: Lock<State>
    private let store: RendezvousStore
    private let place: ProcessPlace
    private let limit: Duration
    private let patience: Duration
    private let interval: Duration

    /// Begins to beat.
    /// - Parameters:
    ///   - place: where ``ProcessPlace/meet(timeout:)`` has been.
    ///   - timeout: seconds within which a rank that is gone is noticed.
    ///   - report: gets one sentence that names the rank, once, on a thread of the heart's; it
    ///     should end the process, whose main thread may wait for ever.
    public convenience init(
        _ place: ProcessPlace, timeout: Double = 60,
        report: @escaping @Sendable (String) -> Void
    ) throws {
        try self.init(place, timeout: timeout, patience: nil, report: report)
    }

    /// Begins to beat.
    /// - Parameter patience: seconds that one may keep the others waiting; ten times as long as a
    ///   rank may be silent when nil.
    package init(
        _ place: ProcessPlace, timeout: Double, patience: Double?,
        report: @escaping @Sendable (String) -> Void
    ) throws {
        self.place = place
        let interval = Duration.seconds(min(1, timeout / 6))
        let limit = Duration.seconds(timeout) - interval * 2
        (self.interval, self.limit) = (interval, limit)
        self.patience = patience.map { .seconds($0) } ?? limit * 10
        store = try place.connection(timeout: timeout)
        state = Lock(State(record: HeartRecord(size: place.size, now: .now)))
        DetachedThread.start { self.beat() }
        DetachedThread.start { self.watch(report) }
    }

    /// Lets the others see which operations this process has entered, so that one that hangs
    /// outside of them is noticed.
    public func follow(_ group: ProcessGroup) { state.withLock { $0.calls = group.calls } }

    /// Asks from now on whether operations that the main thread does not wait for are in trouble:
    /// then the process is ended, with the name of the rank that is gone where one is.
    public func follow(trouble: @escaping @Sendable () -> String?) {
        state.withLock { $0.trouble = trouble }
    }

    /// Lets the others see which step this process is at.
    public func advance(to step: Int) { state.withLock { $0.own.step = step } }

    /// Work of this process alone for which the others wait, however long: a checkpoint, a
    /// validation.
    public func busy<Result>(_ work: () throws -> Result) rethrows -> Result {
        state.withLock { $0.own.status = .busy }
        defer { state.withLock { $0.own.status = .working } }
        return try work()
    }

    /// What became of the work: an operation's error is looked into for some seconds, whether it
    /// comes from a rank that is gone, whose name it then gets. Otherwise this process has failed,
    /// and the others are told.
    public func explain(_ error: any Error) -> any Error {
        if case TorchError.operation = error, let loss = awaitLoss(.seconds(1) + interval * 4) {
            leave(.following)
            return RankError.lost("\(loss.sentence) (\(error))")
        }
        leave(.failed)
        return error
    }

    /// Ends without a complaint: the others no longer wait for this heart, and the process that
    /// serves the meeting place waits until all have ended.
    public func end() {
        leave(.done)
        defer { state.withLock { $0.isClosed = true } }
        guard place.rank == 0, !place.hasAgent else { return }
        let last = ContinuousClock.now + limit
        while ContinuousClock.now < last {
            let isAwaited = state.withLock { state in
                state.record.living(within: interval * 5).contains { $0 != place.rank }
            }
            if !isAwaited { return }
            usleep(10_000)
        }
    }

    /// Says how this process ends, and waits until that is written.
    private func leave(_ status: HeartNote.Status) {
        state.withLock { state in
            state.own.status = status
            state.isOver = true
        }
        let last = ContinuousClock.now + .seconds(1) + interval * 2
        while ContinuousClock.now < last, state.withLock({ $0.written.status != status }) {
            usleep(5000)
        }
    }

    // MARK: threads

    private func beat() {
        while true {
            let (note, isLast) = state.withLock { state in
                state.own.beat += 1
                state.own.calls = state.calls?.value ?? 0
                state.told = state.own.status
                // Rank 0 reads on until the others have ended.
                return (state.own, state.isClosed || state.isOver && place.rank != 0)
            }
            exchange(note, isLast)
            if isLast { return }
            pause()
        }
    }

    /// Writes the note and reads all; after the last one nobody may be there to answer.
    private func exchange(_ note: HeartNote, _ isLast: Bool) {
        do {
            try store.set("\(HeartNote.prefix)\(place.rank)", note.text)
            state.withLock { $0.written = note }
            if isLast { return }
            let notes = try store.values(HeartNote.prefix, count: place.size).map(HeartNote.init)
            state.withLock { $0.record.see(notes, now: .now) }
        } catch {
            state.withLock { $0.record.breakOff(now: .now) }
        }
    }

    /// An interval, in small pieces, so that an end is told soon.
    private func pause() {
        let next = ContinuousClock.now + interval
        while ContinuousClock.now < next {
            usleep(20_000)
            let hasNews = state.withLock { $0.own.status != $0.told || $0.isClosed }
            if hasNews { return }
        }
    }

    private func watch(_ report: @Sendable (String) -> Void) {
        var last = ContinuousClock.now
        while true {
            usleep(UInt32((interval / 4) / .microseconds(1)))
            let now = ContinuousClock.now
            let loss = state.withLock { state -> HeartRecord.Loss? in
                if now - last > interval * 2 { state.record.wake(now: now) }
                return state.isOver ? nil : self.loss(state.record, limit, now)
            }
            last = now
            if state.withLock({ $0.isOver }) { return }
            guard let loss = loss ?? trouble() else { continue }
            takeTurn(loss)
            // Meanwhile the main thread may have found out by itself.
            if state.withLock({ $0.isOver }) { return }
            state.withLock { $0.isOver = true }
            report(loss.sentence)
            return
        }
    }

    /// The lowest rank that lives speaks first; most often the others are ended before their turn.
    private func takeTurn(_ loss: HeartRecord.Loss) {
        let living = state.withLock { $0.record.living(within: limit) }
        let first = living.first { $0 != loss.rank }
        // Later by as much as one may see later than another what stands at the meeting place.
        if first != place.rank {
            usleep(UInt32((.milliseconds(500) + interval * 2) / .microseconds(1)))
        }
    }

    private func loss(
        _ record: HeartRecord, _ limit: Duration, _ now: ContinuousClock.Instant
    ) -> HeartRecord.Loss? {
        record.loss(
            now: now, limit: limit, patience: patience, silence: interval * 3,
            hasAgent: place.hasAgent)
    }

    /// What operations are in, and because of whom.
    private func trouble() -> HeartRecord.Loss? {
        guard let found = state.withLock({ $0.trouble })?() else { return nil }
        guard let loss = awaitLoss(.seconds(1) + interval * 4) else {
            return HeartRecord.Loss(rank: -1, sentence: "rank \(place.rank): \(found)")
        }
        return HeartRecord.Loss(rank: loss.rank, sentence: "\(loss.sentence) (\(found))")
    }

    /// The rank that is gone, as soon as that is sure.
    private func awaitLoss(_ time: Duration) -> HeartRecord.Loss? {
        let last = ContinuousClock.now + time
        repeat {
            let loss = state.withLock { self.loss($0.record, interval * 3, .now) }
            if let loss, loss.rank != place.rank { return loss }
            usleep(20_000)
        } while ContinuousClock.now < last
        return nil
    }
}
