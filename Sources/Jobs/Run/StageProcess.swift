internal import CambiumFiles
internal import CambiumPipelines
internal import Glibc

/// A stage's process, its output and messages in files.
package final class StageProcess {
    /// The variable with the path of another program, which the started one becomes.
    package static let programVariable = "CAMBIUM_STAGE_PROGRAM"

    /// What to run.
    struct Command {
        var words: [String]
        /// The program whose command it is.
        var program: Executable
        /// The path of another program, which that one becomes.
        var other: String?
        var environment: [String: String]
        /// Where standard output goes.
        let output: String
        /// Where standard error goes.
        let log: String
        /// Whether the log goes on.
        let appends: Bool
    }

    let index: Int
    let log: String
    private let process: pid_t
    private let began = ContinuousClock.now
    /// Whether it was told to end.
    private(set) var isTold = false

    init(_ index: Int, _ command: Command) throws {
        (self.index, log) = (index, command.log)
        process = try Self.spawn(command)
    }

    func send(_ signal: Int32) {
        isTold = true
        kill(process, signal)
        // One that was stopped hears it then.
        kill(process, SIGCONT)
    }

    /// How it ended, nil while it runs.
    func look() -> StageEnd? {
        var (status, usage) = (Int32(0), rusage())
        guard wait4(process, &status, WNOHANG, &usage) == process else { return nil }
        let taken = ContinuousClock.now - began
        return StageEnd(
            outcome(status), seconds: taken / .seconds(1),
            processorSeconds: Self.seconds(usage.ru_utime) + Self.seconds(usage.ru_stime),
            peakBytes: usage.ru_maxrss * 1024)
    }

    private func outcome(_ status: Int32) -> StageEnd.Outcome {
        let end = ProcessEnd(status)
        if end == .status(0) { return .success }
        if isTold { return .interrupted }
        var complaint: String?
        if case .status = end { complaint = StageLog.complaint(log) }
        return .failure(complaint ?? "it \(end.sentence)")
    }

    private static func seconds(_ time: timeval) -> Double {
        Double(time.tv_sec) + Double(time.tv_usec) * 1e-6
    }

    private static func spawn(_ command: Command) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        let anew = O_WRONLY | O_CREAT | O_TRUNC
        posix_spawn_file_actions_addopen(&actions, 1, command.output, anew, 0o644)
        posix_spawn_file_actions_addopen(
            &actions, 2, command.log, command.appends ? O_WRONLY | O_CREAT | O_APPEND : anew, 0o644)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // A group of its own: an interruption from the keyboard comes once, from the run.
        posix_spawnattr_setpgroup(&attributes, 0)
        var defaults = sigset_t()
        sigemptyset(&defaults)
        for number in [SIGPIPE, SIGXFSZ] { sigaddset(&defaults, number) }
        posix_spawnattr_setsigdefault(&attributes, &defaults)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF))
        var variables = command.environment
        variables[Launcher.variable] = "\(getpid())"
        variables[programVariable] = command.other
        var process: pid_t = 0
        let words = command.other == nil ? [command.program.name] : []
        let code = LaunchedProcess.withCStrings(words + command.words) { words in
            LaunchedProcess.withCStrings(variables.map { "\($0)=\($1)" }) { variables in
                posix_spawn(&process, command.program.path, &actions, &attributes, words, variables)
            }
        }
        guard code == 0 else {
            throw FileError.refused(
                operation: "start", path: command.words[0], reason: String(cString: strerror(code)))
        }
        return process
    }
}
