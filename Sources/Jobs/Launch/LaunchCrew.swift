internal import Glibc

/// The ranks of one attempt, watched until all have ended.
final class LaunchCrew {
    private typealias Instant = ContinuousClock.Instant

    /// How long after the first failure others may show that theirs was the cause.
    private static let window = Duration.milliseconds(250)
    /// How long ranks get to end once another has failed: most wait for it in vain.
    private static let patience = Duration.seconds(5)
    /// After which they are told again: a first signal only asks training to stop, which it
    /// cannot without the rank that is gone.
    private static let insistence = Duration.milliseconds(500)

    private let members: [LaunchedProcess]
    private let grace: Duration
    private let signals: StopSignals
    private var failure: LaunchFailure?
    /// When the first rank failed.
    private var firstFailure: Instant?
    /// When those that are left are killed.
    private var deadline: Instant?
    /// When they are told again.
    private var secondCall: Instant?
    private var passedOn: Int
    /// Lines wait for a moment: when all complain of the same, one is enough.
    private var pending: [(time: Instant, line: String)] = []

    init(_ members: [LaunchedProcess], grace: Double, signals: StopSignals) {
        (self.members, self.grace, self.signals) = (members, .seconds(grace), signals)
        passedOn = signals.received().count
    }

    private var running: [LaunchedProcess] { members.filter { $0.end == nil } }

    /// Waits for the end of all ranks; nil when all have done their work. `show` takes the lines
    /// of those that do not write to this process's own standard error.
    func finish(show: (String) -> Void) -> LaunchFailure? {
        while true {
            wait()
            for member in members { member.look() }
            let now = ContinuousClock.now
            passSignals(now)
            notice(now)
            insist(now)
            tell(now, show)
            if running.isEmpty { break }
        }
        // All may have ended before the moment was over.
        if failure == nil { failure = LaunchFailure.first(members) }
        tell(nil, show)
        return failure
    }

    /// Until a rank writes, a signal comes, or a moment has passed.
    private func wait() {
        var descriptors = running.filter { $0.output >= 0 }
            .map { pollfd(fd: $0.output, events: Int16(POLLIN), revents: 0) }
        poll(&descriptors, nfds_t(descriptors.count), 50)
    }

    private func passSignals(_ now: Instant) {
        let (number, count) = signals.received()
        guard count > passedOn else { return }
        passedOn = count
        // The second one ends all at once.
        if case .interrupted = failure {
            for member in running { member.send(SIGKILL) }
            return
        }
        if deadline == nil { for member in running { member.send(number) } }
        failure = .interrupted(number)
        deadline = min(deadline ?? now + grace, now + grace)
    }

    private func notice(_ now: Instant) {
        guard failure == nil, let cause = LaunchFailure.first(members) else { return }
        let since = firstFailure ?? now
        firstFailure = since
        guard now - since >= Self.window else { return }
        failure = cause
        (secondCall, deadline) = (now + Self.insistence, now + Self.patience)
        for member in running {
            member.send(SIGTERM)
            // One that was stopped hears it then.
            member.send(SIGCONT)
        }
    }

    private func insist(_ now: Instant) {
        if let deadline, now > deadline {
            for member in running { member.send(SIGKILL) }
        } else if let secondCall, now > secondCall {
            for member in running { member.send(SIGTERM) }
            self.secondCall = nil
        }
    }

    /// Shows the other ranks' lines. What ranks say that are ended for another's sake is dropped.
    private func tell(_ now: Instant?, _ show: (String) -> Void) {
        for member in members {
            for line in member.lines() where deadline == nil || isInterrupted {
                pending.append((now ?? .now, "[rank \(member.rank)] \(line)"))
            }
        }
        if let speaker = failure?.speaker {
            pending.removeAll {
                $0.line.contains("] cambium: error:") && !$0.line.hasPrefix("[rank \(speaker)]")
            }
        }
        let due = pending.prefix { entry in now.map { $0 - entry.time > Self.window * 2 } ?? true }
        pending.removeFirst(due.count)
        for entry in due { show(entry.line) }
    }

    private var isInterrupted: Bool { if case .interrupted = failure { true } else { false } }
}
