public import CambiumFiles

/// Where the words of a job go while it works: the program's standard error, a page, a test.
public protocol LogOutput: Sendable {
    /// A sentence about what was done or found; `fields` say the same for programs.
    func note(_ text: String, _ fields: [String: JSON])

    /// A sentence about what the user should know even if they want to hear little.
    func warning(_ text: String, _ fields: [String: JSON])

    /// Begins a counter of `total` pieces of work, 0 where their number is not known, `first` of
    /// them done before; `unit` is their name in the plural.
    func progress(
        _ label: String, total: Int, unit: String, from first: Int
    ) -> any ProgressOutput
}

/// A counter of finished pieces of work that any thread may move.
public protocol ProgressOutput: Sendable {
    /// Sets the count of finished pieces; `detail` follows the count (`loss 0.31`), `fields` say
    /// the same for programs.
    func update(_ done: Int, _ detail: String, _ fields: [String: JSON])

    /// Adds finished pieces.
    func advance(by count: Int)

    /// Shows the last count and ends the counter.
    func finish()
}

/// What a job says while it works. A job never prints: whoever starts it gives the output.
public struct Log: Sendable {
    private enum Loudness: Sendable { case whole, warnings, silent }

    private let output: (any LogOutput)?
    private var loudness = Loudness.whole

    /// A log whose sentences go to `output`; without one nobody hears them.
    public init(to output: (any LogOutput)? = nil) { self.output = output }

    /// The log of a process among others: of several processes one speaks.
    package func of(_ place: RankPlace) -> Log { place.leads ? self : with(.silent) }

    /// The same log without its notes and counters.
    package var warningsOnly: Log { loudness == .silent ? self : with(.warnings) }

    /// A sentence about what was done or found; `fields` go into the form for programs.
    package func note(_ text: String, _ fields: [String: JSON] = [:]) {
        if loudness == .whole { output?.note(text, fields) }
    }

    /// A sentence about what the user should know even if they want to hear little.
    package func warning(_ text: String, _ fields: [String: JSON] = [:]) {
        if loudness != .silent { output?.warning(text, fields) }
    }

    /// A counter of finished pieces of work.
    package func progress(
        _ label: String, total: Int, unit: String, from first: Int = 0
    ) -> JobProgress {
        let shown = loudness == .whole ? output : nil
        return JobProgress(shown?.progress(label, total: total, unit: unit, from: first))
    }

    private func with(_ loudness: Loudness) -> Log {
        var log = self
        log.loudness = loudness
        return log
    }
}

/// A job's counter, shown where its log is heard.
package struct JobProgress: Sendable {
    private let output: (any ProgressOutput)?

    init(_ output: (any ProgressOutput)?) { self.output = output }

    /// Sets the count of finished pieces.
    package func update(_ done: Int, _ detail: String = "", _ fields: [String: JSON] = [:]) {
        output?.update(done, detail, fields)
    }

    /// Adds finished pieces.
    package func advance(by count: Int = 1) { output?.advance(by: count) }

    /// Shows the last count and ends the counter.
    package func finish() { output?.finish() }
}
