internal import CambiumFiles
internal import CambiumPipelines
internal import Foundation
internal import Glibc

/// The processes of a run's stages.
final class RunCrew: StageRunner {
    private typealias Instant = ContinuousClock.Instant

    /// How long stages get to end after an interruption: training writes a checkpoint.
    private static let grace = Duration.seconds(30)
    /// How often a stage that takes long is heard of.
    private static let interval = Duration.seconds(10)

    private let folder: String
    /// The program whose commands stages are.
    private let program: Executable
    /// Threads by stage.
    private let shares: [Int?]
    private let names: [String]
    private let log: Log
    private var members: [StageProcess] = []
    private var passedOn = 0
    private var deadline: Instant?
    private var heard: [Int: (time: Instant, line: String)] = [:]
    private let signals: StopSignals
    private var hearsSignals = false

    init(_ pipeline: Pipeline, program: Executable, jobs: Int, signals: StopSignals, log: Log) {
        (folder, self.program) = (pipeline.folder, program)
        (self.signals, self.log) = (signals, log)
        names = pipeline.stages.map(\.name)
        let share = max(1, Int(Machine.cores) / jobs)
        let isGiven = ProcessInfo.processInfo.environment["OMP_NUM_THREADS"] != nil
        // What a stage is given depends on the recipe alone, never on who else happens to run:
        // last digits may depend on the number of threads.
        shares = zip(pipeline.stages, pipeline.canRunBeside()).map { stage, beside in
            stage.threads ?? (jobs > 1 && beside && !isGiven ? share : nil)
        }
    }

    deinit { for member in members { member.send(SIGKILL) } }

    /// The signal that ended the run, nil when none did.
    var signal: Int32? { isStopping ? signals.received().number : nil }

    var isStopping: Bool { hearsSignals && signals.received().count > 0 }

    func threads(_ index: Int) -> Int? { shares[index] }

    /// The path of a stage's messages, or of what it printed.
    func path(_ name: String, _ ending: String) -> String { "\(folder)/logs/\(name).\(ending)" }

    func start(_ index: Int, _ stage: Stage, resuming: Bool) throws {
        try FileSystem.makeFolder("\(folder)/logs")
        var words = try stage.commandLine()
        if resuming, !words.contains("--resume") { words.append("--resume") }
        var environment = ProcessInfo.processInfo.environment
        if let threads = shares[index] { environment["OMP_NUM_THREADS"] = "\(threads)" }
        // Until then an interruption ends the program as any other command.
        if !hearsSignals { signals.begin() }
        hearsSignals = true
        let other = stage.isForeign ? ProgramSearch.path(of: words[0]) : nil
        if stage.isForeign, other == nil { throw FileError.missing(path: words[0]) }
        let command = StageProcess.Command(
            words: words, program: program, other: other,
            environment: environment, output: path(stage.name, "out"),
            log: path(stage.name, "log"), appends: resuming)
        members.append(try StageProcess(index, command))
        heard[index] = (.now, "")
    }

    func wait() throws -> [(index: Int, end: StageEnd)] {
        passSignals(.now)
        var ended: [(index: Int, end: StageEnd)] = []
        for member in members {
            if let end = member.look() { ended.append((member.index, end)) }
        }
        members.removeAll { member in ended.contains { $0.index == member.index } }
        if ended.isEmpty {
            tell(.now)
            usleep(10_000)
        }
        return ended
    }

    private func passSignals(_ now: Instant) {
        let (number, count) = signals.received()
        if count > passedOn {
            // The second one ends all at once.
            for member in members { member.send(passedOn == 0 ? number : SIGKILL) }
            deadline = deadline ?? now + Self.grace
            passedOn = count
        } else if let deadline, now > deadline {
            for member in members { member.send(SIGKILL) }
        }
    }

    /// Says how far long stages are.
    private func tell(_ now: Instant) {
        for member in members {
            guard let last = heard[member.index], now - last.time > Self.interval else { continue }
            let line = StageLog.line(member.log) ?? last.line
            if line != last.line { log.note("\(names[member.index]): \(line)") }
            heard[member.index] = (now, line)
        }
    }
}
