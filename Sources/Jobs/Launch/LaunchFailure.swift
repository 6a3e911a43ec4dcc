internal import Glibc

/// Why an attempt ended without its work done.
public enum LaunchFailure: Sendable {
    /// A rank failed first.
    case rank(Int, ProcessEnd)
    /// The launcher itself got a signal.
    case interrupted(Int32)

    /// What to say, nil where a rank has said it.
    public var sentence: String? {
        switch self {
        case .rank(_, .status(Launcher.followingStatus)), .interrupted: nil
        case .rank(let rank, let end): "rank \(rank) \(end.sentence)"
        }
    }

    /// The rank that speaks where all would say the same.
    var speaker: Int? {
        switch self {
        case .rank(let rank, .status(2)), .rank(let rank, .status(Launcher.followingStatus)): rank
        default: nil
        }
    }

    /// The exit status where there is no sense in another attempt.
    public var final: Int32? {
        switch self {
        // Arguments that cannot be used, which the rank has said.
        case .rank(_, .status(2)): 2
        case .rank: nil
        case .interrupted(let number): 128 + number
        }
    }

    /// The one that tells most of several ranks that failed at nearly the same time: one that was
    /// killed, then one with unusable arguments, then one that failed by itself.
    static func first(_ ended: [LaunchedProcess]) -> LaunchFailure? {
        let failures = ended.compactMap { process -> (rank: Int, end: ProcessEnd)? in
            guard let end = process.end, end != .status(0) else { return nil }
            return (process.rank, end)
        }
        return failures.min { (weight($0.end), $0.rank) < (weight($1.end), $1.rank) }
            .map { .rank($0.rank, $0.end) }
    }

    private static func weight(_ end: ProcessEnd) -> Int {
        switch end {
        case .signal: 0
        case .status(2): 1
        case .status(Launcher.followingStatus): 3
        case .status: 2
        }
    }
}
