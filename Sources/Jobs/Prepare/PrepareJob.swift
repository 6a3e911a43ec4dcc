public import CambiumCorpus

/// Makes a data set of images, wherever they are named.
public struct PrepareJob: Sendable {
    private let options: PrepareOptions
    private let place: RankPlace

    /// A job that this process does, alone or with others.
    public init(_ options: PrepareOptions, at place: RankPlace = .alone) {
        (self.options, self.place) = (options, place)
    }

    /// Does the work, or this process's part of it; notes and warns of what is not as usual.
    /// - Returns: what was made; nil for a process that does not lead.
    @discardableResult
    public func run(log: Log = Log()) throws -> PrepareSummary? {
        let preparation = try Arguments.checked { try Preparation(options) }
        let progress = ImageProgress("prepare", log.of(place))
        defer { progress.finish() }
        guard let summary = try preparation.run(at: place, { progress.show($0) }) else {
            return nil
        }
        if summary.redone > 0 {
            log.warning(
                "\(summary.redone) of them were another rank's, which found other images: do all "
                    + "ranks see the same inputs?")
        }
        if summary.adopted > 0 {
            log.note("\(summary.adopted) of them encoded by a run that was killed")
        }
        for note in summary.notes { log.warning(note) }
        return summary
    }
}
