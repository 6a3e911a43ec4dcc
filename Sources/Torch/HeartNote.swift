/// What a process says about itself: how often its heart has beaten, how many operations it has
/// entered, its step, and how it is.
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

    var beat = 0
    var calls = 0
    var step = 0
    var status = Status.working

    init() {}

    init?(_ text: String) {
        let parts = text.split(separator: " ")
        guard parts.count == 4, let beat = Int(parts[0]), let calls = Int(parts[1]),
            let step = Int(parts[2]), let status = Status(rawValue: String(parts[3]))
        else { return nil }
        (self.beat, self.calls, self.step, self.status) = (beat, calls, step, status)
    }

    var text: String { "\(beat) \(calls) \(step) \(status.rawValue)" }

    /// Whether others can still expect something of it.
    var isAtWork: Bool { status == .working || status == .busy }
}
