internal import CambiumFiles
internal import CambiumJobs
internal import CambiumTorch
internal import Glibc

/// All processes of one `cambium launch`: started together, ended together, started again.
struct LaunchJob {
    let command: [String]
    let processes: Int
    let restarts: Int
    let timeout: Double?
    /// Seconds to end in after an interruption.
    let grace: Double
    let environment: [String: String]
    let log: Log

    /// Runs until the work is done or given up; gives the exit status.
    func run() throws -> Int32 {
        LaunchSignals.install()
        for attempt in 0...restarts {
            // A port of its own: the last attempt's may still be somebody's.
            let port = try ReservedPort()
            let crew = try LaunchCrew(
                try (0..<processes).map { try member($0, port.number, attempt) }, grace: grace)
            let end = withExtendedLifetime(port) { crew.finish() }
            guard let failure = end else { return 0 }
            if let status = failure.final { return status }
            guard attempt < restarts else { return giveUp(failure) }
            let reason = failure.sentence.map { "\($0); " } ?? ""
            log.warning("\(reason)starting all again (restart \(attempt + 1) of \(restarts))")
        }
        return 1
    }

    private func giveUp(_ failure: LaunchFailure) -> Int32 {
        if let sentence = failure.sentence { Terminal.error("cambium: error: \(sentence)") }
        return 1
    }

    /// Starts a rank of an attempt.
    private func member(_ rank: Int, _ port: Int, _ attempt: Int) throws -> LaunchedProcess {
        let goesOn = attempt > 0 && command.first == "train" && !command.contains("--resume")
        let arguments = command + (goesOn ? ["--resume"] : [])
        return try LaunchedProcess(
            rank: rank, arguments: arguments, environment: variables(rank, port, attempt))
    }

    private func variables(_ rank: Int, _ port: Int, _ attempt: Int) -> [String: String] {
        var result = environment
        result["TORCHELASTIC_USE_AGENT_STORE"] = nil
        for (name, value) in [
            ("RANK", rank), ("LOCAL_RANK", rank), ("WORLD_SIZE", processes),
            ("LOCAL_WORLD_SIZE", processes), ("MASTER_PORT", port),
            ("TORCHELASTIC_RESTART_COUNT", attempt), ("TORCHELASTIC_MAX_RESTARTS", restarts),
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
