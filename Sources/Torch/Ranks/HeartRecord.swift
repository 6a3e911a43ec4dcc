/// What a process has seen of the others' hearts, and what follows from it. Times are this
/// process's own, so that clocks of machines need not agree.
struct HeartRecord {
    typealias Instant = ContinuousClock.Instant

    /// A rank of which nothing more is to be expected.
    struct Loss: Equatable {
        /// Its number, -1 for torchrun's agent.
        let rank: Int
        let sentence: String
    }

    private struct Rank {
        var note = HeartNote()
        /// When its heart was last seen to have beaten.
        var beat: Instant
        /// When it was last seen to have entered an operation.
        var call: Instant
    }

    private var ranks: [Rank]
    /// When the meeting place last answered.
    private var answered: Instant
    /// When it broke off.
    private var lost: Instant?

    init(size: Int, now: Instant) {
        ranks = Array(repeating: Rank(beat: now, call: now), count: size)
        answered = now
    }

    /// The ranks that still beat, by the last answer of the meeting place.
    func living(within limit: Duration) -> [Int] {
        ranks.indices.filter { ranks[$0].note.isAtWork && answered - ranks[$0].beat < limit }
    }

    func note(_ rank: Int) -> HeartNote { ranks[rank].note }

    /// The meeting place answered with all notes.
    mutating func see(_ notes: [HeartNote?], now: Instant) {
        (answered, lost) = (now, nil)
        for (rank, note) in notes.enumerated() {
            guard let note else { continue }
            let old = ranks[rank].note
            if note.beat != old.beat { ranks[rank].beat = now }
            if note.calls != old.calls || note.step != old.step || note.status != old.status {
                ranks[rank].call = now
            }
            ranks[rank].note = note
        }
    }

    /// The connection to the meeting place broke.
    mutating func breakOff(now: Instant) { lost = lost ?? now }

    /// This process itself stood still: what it did not see proves nothing.
    mutating func wake(now: Instant) {
        answered = now
        for rank in ranks.indices { (ranks[rank].beat, ranks[rank].call) = (now, now) }
    }

    /// The first rank that failed, has not answered for `limit`, or keeps the others waiting for
    /// `patience`.
    /// - Parameters:
    ///   - silence: after which a rank is suspected when the meeting place closes.
    ///   - hasAgent: whether torchrun's agent serves the meeting place instead of rank 0.
    func loss(
        now: Instant, limit: Duration, patience: Duration, silence: Duration, hasAgent: Bool
    ) -> Loss? {
        let server = hasAgent ? "torchrun's agent" : "rank 0"
        if let lost, now - lost > .seconds(1) {
            // Rank 0 may have ended for the sake of one that is gone.
            if let rank = silent(for: silence) { return silenceLoss(rank, now) }
            return Loss(
                rank: hasAgent ? -1 : 0,
                sentence: "\(server) is gone: the meeting place is closed")
        }
        if let rank = ranks.firstIndex(where: { $0.note.status == .failed }) {
            return Loss(
                rank: rank, sentence: "rank \(rank) failed at step \(ranks[rank].note.step)")
        }
        if now - answered > limit {
            let rest = "the meeting place, which it serves, is silent"
            return Loss(
                rank: hasAgent ? -1 : 0,
                sentence: "\(server) has not answered for \(seconds(now - answered)): \(rest)")
        }
        if let rank = silent(for: limit) { return silenceLoss(rank, now) }
        return straggler(now, patience)
    }

    /// The one rank that entered fewer operations than all others, who wait for it.
    private func straggler(_ now: Instant, _ patience: Duration) -> Loss? {
        guard ranks.count > 1, ranks.allSatisfy({ $0.note.status == .working }),
            let rank = ranks.indices.min(by: { ranks[$0].note.calls < ranks[$1].note.calls }),
            ranks.indices.allSatisfy({
                $0 == rank || ranks[$0].note.calls > ranks[rank].note.calls
            }), answered - ranks[rank].call > patience
        else { return nil }
        return Loss(
            rank: rank,
            sentence: "rank \(rank) has kept the others waiting for "
                + "\(seconds(now - ranks[rank].call)) at step \(ranks[rank].note.step)")
    }

    /// By the last answer of the meeting place, which may itself be silent since.
    private func silent(for limit: Duration) -> Int? {
        ranks.firstIndex { $0.note.isAtWork && answered - $0.beat > limit }
    }

    private func silenceLoss(_ rank: Int, _ now: Instant) -> Loss {
        Loss(
            rank: rank,
            sentence: "rank \(rank) has not answered for \(seconds(now - ranks[rank].beat)) "
                + "(last seen at step \(ranks[rank].note.step))")
    }

    private func seconds(_ time: Duration) -> String {
        "\(Int((time / .seconds(1)).rounded())) s"
    }
}
