/// Why a stage runs.
public enum Reason: Sendable, Equatable, CustomStringConvertible {
    /// It never ran in this folder.
    case new
    /// It was begun and did not end well.
    case unfinished(StageRecord.Status)
    /// Words of its command that were not there, and words that are gone.
    case setting(now: [String], before: [String])
    /// The program has other bytes.
    case program
    /// An input has other bytes, did not exist, or is read for the first time.
    case input(String)
    /// An input is no longer read.
    case inputGone(String)
    /// Somebody took an output away.
    case outputMissing(String)
    /// Somebody changed an output.
    case outputChanged(String)
    /// A stage that it needs runs first, and may change an input.
    case after(String)
    /// It was asked for.
    case forced

    /// As the plan shows it.
    public var description: String {
        switch self {
        case .new: "new"
        case .unfinished(.running): "was killed"
        case .unfinished(.failed): "failed"
        case .unfinished: "was interrupted"
        case .setting(let now, let before): Self.sentence(now, before)
        case .program: "program changed"
        case .input(let path): "input \(path) changed"
        case .inputGone(let path): "input \(path) no longer read"
        case .outputMissing(let path): "output \(path) is missing"
        case .outputChanged(let path): "output \(path) was changed by hand"
        case .after(let stage): "after \(stage)"
        case .forced: "asked for"
        }
    }

    private static func sentence(_ now: [String], _ before: [String]) -> String {
        let parts = [("now", now), ("before", before)].filter { !$0.1.isEmpty }
        guard !parts.isEmpty else { return "setting changed: the order of its words" }
        return "setting changed: "
            + parts.map { "\($0.0) \(CommandWords.line($0.1))" }.joined(separator: ", ")
    }

    /// What is different of two commands.
    static func setting(from before: [String], to now: [String]) -> Reason {
        let difference = now.difference(from: before)
        func words(_ changes: [CollectionDifference<String>.Change]) -> [String] {
            changes.map { change in
                switch change {
                case .insert(_, let word, _), .remove(_, let word, _): word
                }
            }
        }
        return .setting(now: words(difference.insertions), before: words(difference.removals))
    }
}
