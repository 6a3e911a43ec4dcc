internal import ArgumentParser
internal import CambiumJobs
internal import Foundation
internal import Glibc

/// `cambium launch`: one command as several processes of this machine.
struct LaunchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "launch",
        abstract: "Run a command as several processes of this machine that work together.",
        usage: "cambium launch --processes N [options] -- train RECIPE ...",
        discussion: """
            The processes get torchrun's variables. What rank 0 writes is shown as it is, what the \
            others write to standard error with their rank before it. When one ends with a failure \
            all are ended, and with --max-restarts all start again from the last checkpoint.
            """)

    /// Commands whose processes know how to work together.
    static let commands = ["train", "embed", "evaluate", "prepare", "doctor"]
    /// Ways to evaluate that cost nothing worth sharing.
    static let cheapEvaluations = ["majority", "scores"]

    @Option(help: "How many processes.")
    var processes: Int

    @Option(help: "How often all may be started again after one has failed.")
    var maxRestarts = 0

    @Option(help: "Seconds after which a process that does not answer is given up (default: 60).")
    var timeout: Double?

    @Option(help: "Seconds that processes get to end after an interruption.")
    var grace = 30.0

    @OptionGroup var shared: SharedOptions

    @Argument(parsing: .postTerminator, help: "The command after --, with its arguments.")
    var command: [String] = []

    func validate() throws {
        guard (1...1024).contains(processes) else {
            throw ValidationError("--processes must be in 1...1024.")
        }
        guard maxRestarts >= 0 else { throw ValidationError("--max-restarts must be 0 or more.") }
        guard (1...86_400).contains(timeout ?? 1) else {
            throw ValidationError("--timeout must be in 1...86400 seconds.")
        }
        guard (0...86_400).contains(grace) else {
            throw ValidationError("--grace must be in 0...86400 seconds.")
        }
        guard let name = command.first else {
            throw ValidationError("Missing the command after --, for example -- train RECIPE.")
        }
        guard Self.commands.contains(name) else {
            throw ValidationError(
                "\(name) does not work as several processes; these do: "
                    + "\(Self.commands.joined(separator: ", ")).")
        }
        if name == "evaluate", command.count > 1, Self.cheapEvaluations.contains(command[1]) {
            throw ValidationError(
                "evaluate \(command[1]) takes no time worth sharing; run it as one process.")
        }
    }

    func run() throws {
        let environment = ProcessInfo.processInfo.environment
        guard Int(environment["WORLD_SIZE"] ?? "") ?? 1 == 1 else {
            throw UsageError(
                "WORLD_SIZE: is set, so this process is one of several already; run the command "
                    + "itself, without launch")
        }
        var options = LaunchOptions(command: command, processes: processes)
        (options.restarts, options.timeout, options.grace) = (maxRestarts, timeout, grace)
        options.environment = environment
        options.program.name = CommandLine.arguments[0]
        let job = LaunchJob(options, signals: .passedOn, log: shared.log)
        guard let failure = try job.run(show: Terminal.error) else { return }
        if failure.final == nil, let sentence = failure.sentence {
            Terminal.error("cambium: error: \(sentence)")
        }
        throw ExitCode(failure.final ?? 1)
    }
}
