internal import CambiumFiles
internal import CambiumTorch
internal import Glibc

/// What to start as several processes, and how.
public struct LaunchOptions: Sendable {
    /// The command with its arguments.
    public var command: [String]
    /// How many processes.
    public var processes: Int
    /// How often all may be started again after one has failed.
    public var restarts = 0
    /// Seconds after which a process that does not answer is given up; nil: the usual ones.
    public var timeout: Double?
    /// Seconds that processes get to end after an interruption.
    public var grace = 30.0
    /// The variables that all processes get.
    public var environment: [String: String] = [:]
    /// The program whose command it is.
    public var program = Executable.this

    /// A command of this program.
    public init(command: [String], processes: Int) {
        (self.command, self.processes) = (command, processes)
    }
}

/// All processes of one `cambium launch`: started together, ended together, started again.
public struct LaunchJob {
    private let options: LaunchOptions
    private let signals: StopSignals
    private let log: Log

    /// A job that passes on the signals that it hears of.
    public init(_ options: LaunchOptions, signals: StopSignals = .none, log: Log = Log()) {
        (self.options, self.signals, self.log) = (options, signals, log)
    }

    /// Runs until the work is done or given up.
    /// - Parameter show: takes the lines that ranks other than 0 write to standard error, each
    ///   with its rank before it; rank 0 has this process's standard error.
    /// - Returns: why the work is not done; nil where it is.
    public func run(show: (String) -> Void) throws -> LaunchFailure? {
        signals.begin()
        for attempt in 0...options.restarts {
            // Another one each time: the last attempt's may still be somebody's.
            let port = try ReservedPort()
            let crew = LaunchCrew(
                try (0..<options.processes).map { try member($0, port.number, attempt) },
                grace: options.grace, signals: signals)
            let end = withExtendedLifetime(port) { crew.finish(show: show) }
            guard let failure = end else { return nil }
            guard failure.final == nil, attempt < options.restarts else { return failure }
            let reason = failure.sentence.map { "\($0); " } ?? ""
            log.warning(
                "\(reason)starting all again (restart \(attempt + 1) of \(options.restarts))")
        }
        return nil
    }

    /// Starts a rank of an attempt.
    private func member(_ rank: Int, _ port: Int, _ attempt: Int) throws -> LaunchedProcess {
        let command = options.command
        let goesOn = attempt > 0 && command.first == "train" && !command.contains("--resume")
        let arguments = command + (goesOn ? ["--resume"] : [])
        return try LaunchedProcess(
            options.program, rank: rank, arguments: arguments,
            environment: variables(rank, port, attempt))
    }

    private func variables(_ rank: Int, _ port: Int, _ attempt: Int) -> [String: String] {
        let (processes, timeout) = (options.processes, options.timeout)
        var result = options.environment
        result["TORCHELASTIC_USE_AGENT_STORE"] = nil
        for (name, value) in [
            ("RANK", rank), ("LOCAL_RANK", rank), ("WORLD_SIZE", processes),
            ("LOCAL_WORLD_SIZE", processes), ("MASTER_PORT", port),
            ("TORCHELASTIC_RESTART_COUNT", attempt),
            ("TORCHELASTIC_MAX_RESTARTS", options.restarts),
            (Launcher.variable, Int(getpid())),
        ] { result[name] = "\(value)" }
        result["MASTER_ADDR"] = "127.0.0.1"
        if result["OMP_NUM_THREADS"] == nil {
            result["OMP_NUM_THREADS"] = "\(max(1, Int(Machine.cores) / processes))"
        }
        if let timeout { result["CAMBIUM_TIMEOUT"] = "\(timeout)" }
        // All start at once here, where a cluster's machines may be minutes apart.
        if result[Ranks.meetingVariable] == nil {
            result[Ranks.meetingVariable] = "\(max(60, timeout ?? 60))"
        }
        return result
    }
}
