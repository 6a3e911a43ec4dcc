/// What a process says about itself: how often its heart has beaten, how many operations it has
/// entered, its step, how it is, and which process it is.
struct HeartNote: Equatable {
    /// How a process is.
    enum Status: String {
        /// Works in step with the others.
        case working
        /// Has work of its own, for which the others wait.
        case busy
        /// Has ended its work.
        case done
        /// Failed by itself.
        case failed
        /// Stopped since another is gone.
        case following
    }

    /// Where a rank's note stands.
    static let prefix = "beat/"
    /// Tells this process from one that had its rank before.
    private static let own = UInt64.random(in: .min ... .max)

    var beat = 0
    var calls = 0
    var step = 0
    var status = Status.working
    private(set) var life = Self.own

    init() {}

    init?(_ text: String) {
        let parts = text.split(separator: " ")
        guard parts.count == 5, let beat = Int(parts[0]), let calls = Int(parts[1]),
            let step = Int(parts[2]), let status = Status(rawValue: String(parts[3])),
            let life = UInt64(parts[4])
        else { return nil }
        self.life = life
        (self.beat, self.calls, self.step, self.status) = (beat, calls, step, status)
    }

    var text: String { "\(beat) \(calls) \(step) \(status.rawValue) \(life)" }

    /// Whether others can still expect something of it.
    var isAtWork: Bool { status == .working || status == .busy }
}
