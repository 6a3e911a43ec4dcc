/// Why processes cannot work together.
public enum RankError: Error, Equatable, CustomStringConvertible {
    /// A variable of the environment that is missing, unusable or contradicts another.
    case variable(name: String, reason: String)
    /// The meeting place cannot be reached or served.
    case meeting(place: String, reason: String)
    /// Ranks that did not come to the meeting place in time.
    case absent(ranks: [Int], place: String, seconds: Double)
    /// Devices that do not go together.
    case devices(String)
    /// A rank that stopped working; the sentence names it.
    case lost(String)

    /// The sentence shown to the user.
    public var description: String {
        switch self {
        case .variable(let name, let reason): "\(name): \(reason)"
        case .meeting(let place, let reason): "meeting place \(place): \(reason)"
        case .absent(let ranks, let place, let seconds):
            "meeting place \(place): \(Self.named(ranks)) did not come within "
                + "\(Int(seconds.rounded())) s"
        case .devices(let sentence), .lost(let sentence): sentence
        }
    }

    private static func named(_ ranks: [Int]) -> String {
        let shown = ranks.prefix(8).map(String.init).joined(separator: ", ")
        let rest = ranks.count > 8 ? " and \(ranks.count - 8) more" : ""
        return "rank\(ranks.count == 1 ? "" : "s") \(shown)\(rest)"
    }
}
