internal import CambiumFiles
internal import CambiumJobs

/// A counter of finished pieces of work that any thread may move: a bar on a terminal, a line
/// every two seconds elsewhere, nothing with `--quiet`.
final class TerminalProgress: ProgressOutput {
    private struct State {
        var done = 0
        var detail = ""
        var fields: [String: JSON] = [:]
        var shown: Double?
    }

    private let log: TerminalLog
    private let label: String
    private let total: Int
    private let unit: String
    private let first: Int
    private let clock = ContinuousClock()
    private let start: ContinuousClock.Instant
    private let state = Lock(State())

    /// Counts to `total`, 0 where the number is not known, with `first` done before.
    init(log: TerminalLog, label: String, total: Int, unit: String, from first: Int) {
        (self.log, self.label, self.total, self.unit) = (log, label, total, unit)
        self.first = first
        start = clock.now
    }

    /// Sets the count of finished pieces; `detail` follows the count (`loss 0.31`), `fields` go
    /// into the JSON form.
    func update(_ done: Int, _ detail: String, _ fields: [String: JSON]) {
        state.withLock { state in
            (state.done, state.detail, state.fields) = (done, detail, fields)
            showIfDue(&state)
        }
    }

    /// Adds finished pieces.
    func advance(by count: Int) {
        state.withLock { state in
            state.done += count
            showIfDue(&state)
        }
    }

    /// Shows the last count and ends the bar's line.
    func finish() {
        state.withLock { state in
            guard !log.quiet else { return }
            show(state)
            if drawsBar { Terminal.raw("\n") }
        }
    }

    private var drawsBar: Bool { Terminal.isScreen && log.format == .text }

    private func showIfDue(_ state: inout State) {
        guard !log.quiet else { return }
        let seconds = elapsed
        if let shown = state.shown, seconds - shown < (drawsBar ? 0.1 : 2) { return }
        state.shown = seconds
        show(state)
    }

    private func show(_ state: State) {
        if log.format == .json {
            Terminal.error(JSON.object(members(state)).line)
        } else if drawsBar {
            Terminal.raw("\r\u{1B}[2K\(bar(state).prefix(max(20, Terminal.columns - 1)))")
        } else {
            Terminal.error("\(label): \(counts(state))")
        }
    }

    private var elapsed: Double { (clock.now - start) / .seconds(1) }

    private func members(_ state: State) -> [String: JSON] {
        state.fields.merging([
            "event": "progress", "label": .string(label), "unit": .string(unit),
            "done": .integer(state.done), "total": total > 0 ? .integer(total) : .null,
            "seconds": .number((elapsed * 1000).rounded() / 1000),
        ]) { _, last in last }
    }

    private func bar(_ state: State) -> String {
        guard total > 0 else { return "\(label) \(counts(state))" }
        let filled = min(20, state.done * 20 / total)
        let (full, empty) = (String(repeating: "=", count: filled), 20 - filled)
        return "\(label) [\(full)\(String(repeating: " ", count: empty))] \(counts(state))"
    }

    /// `120/700 images, 31.2 images/s, 18 s left, loss 0.31`
    private func counts(_ state: State) -> String {
        let seconds = elapsed
        let rate = seconds > 0 ? Double(state.done - first) / seconds : 0
        var parts = ["\(state.done)\(total > 0 ? "/\(total)" : "") \(unit)"]
        if state.done > first, seconds > 0.5 {
            parts.append("\(Self.short(rate)) \(unit)/s")
            if total > state.done {
                parts.append("\(Self.duration(Double(total - state.done) / rate)) left")
            }
        }
        if !state.detail.isEmpty { parts.append(state.detail) }
        return parts.joined(separator: ", ")
    }

    private static func short(_ value: Double) -> String {
        value < 100 ? "\((value * 10).rounded() / 10)" : "\(Int(min(value, 1e15)))"
    }

    private static func duration(_ seconds: Double) -> String {
        let whole = Int(min(max(0, seconds.rounded(.up)), 1e9))
        switch whole {
        case ..<90: return "\(whole) s"
        case ..<5400: return "\(whole / 60) min \(whole % 60) s"
        default: return "\(whole / 3600) h \(whole / 60 % 60) min"
        }
    }
}
