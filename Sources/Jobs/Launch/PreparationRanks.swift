package import CambiumCorpus
internal import CambiumTorch

/// The processes of one preparation, which leave notes for each other at their meeting place.
final class PreparationRanks: PreparationCrew {
    let rank: Int
    let size: Int
    let patience: Duration
    private let store: RendezvousStore
    private let heartbeat: Heartbeat
    private var notes = 0
    /// What became of the meeting place.
    private(set) var failure: TorchError?

    init(_ ranks: Ranks) {
        (rank, size) = (ranks.process.rank, ranks.process.size)
        (store, heartbeat) = (ranks.group.store, ranks.heartbeat)
        patience = .seconds(ranks.timeout * 10)
    }

    func say(_ note: String) throws(CorpusError) {
        notes += 1
        heartbeat.advance(to: notes)
        try asked { () throws(TorchError) in try store.set("prepare/\(rank)", note) }
    }

    func note(of rank: Int) throws(CorpusError) -> String? {
        try asked { () throws(TorchError) in try store.value("prepare/\(rank)") }
    }

    private func asked<Answer>(
        _ body: () throws(TorchError) -> Answer
    ) throws(CorpusError) -> Answer {
        do throws(TorchError) {
            return try body()
        } catch {
            failure = error
            throw .dataSet(path: "meeting place", reason: "\(error)")
        }
    }
}

extension Preparation {
    /// Does the work, or this process's part of it.
    /// - Returns: nil for a process that does not lead.
    package func run(
        at place: RankPlace, _ progress: (PrepareProgress) -> Void
    ) throws -> PrepareSummary? {
        guard let ranks = try place.join() else {
            do throws(CorpusError) { return try run(progress: progress) } catch {
                throw Self.described(error)
            }
        }
        return try ranks.perform { () -> PrepareSummary? in
            let crew = PreparationRanks(ranks)
            do throws(CorpusError) {
                return try run(in: crew, progress: progress)
            } catch {
                // What became of the others is worth more.
                throw crew.failure ?? Self.described(error)
            }
        }
    }

    private static func described(_ error: CorpusError) -> any Error {
        error.isArgument ? UsageError(error.description) : error
    }
}
