internal import ArgumentParser
internal import CambiumJobs
internal import Foundation
internal import Glibc

/// `cambium run`: the stages of a recipe, each once.
struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Carry a whole line of commands, as a recipe says; what is done is skipped.",
        discussion: """
            A stage whose command, inputs, outputs and program are those of the last time is \
            skipped; a changed one and those that read what it makes run again; a run that was \
            stopped or killed goes on. The run's folder gets lineage.json (what every stage read, \
            made and took) and logs/. See docs/run.md.
            """)

    @Argument(help: "The recipe, a YAML file.")
    var recipe: String

    @Option(name: .customLong("set"), help: "Change one value of the recipe: KEY.KEY=VALUE.")
    var overrides: [String] = []

    @Option(help: "The run's folder (default: the recipe's out).")
    var out: String?

    @Option(help: "Stages that run side by side (default: the recipe's jobs, else 1).")
    var jobs: Int?

    @Flag(help: "Only say what would run, and why.")
    var dryRun = false

    @Option(help: "Only this stage and those it needs; may be repeated.")
    var only: [String] = []

    @Option(
        name: .customLong("from"),
        help: "Run this stage again in any case, and those that need it; may be repeated.")
    var again: [String] = []

    @Flag(help: "Print lineage.json (with --dry-run: the plan as JSON) instead of a table.")
    var json = false

    @OptionGroup var shared: SharedOptions

    func validate() throws {
        guard (1...1024).contains(jobs ?? 1) else {
            throw ValidationError("--jobs must be in 1...1024.")
        }
    }

    func run() throws {
        guard Int(ProcessInfo.processInfo.environment["WORLD_SIZE"] ?? "") ?? 1 == 1 else {
            throw UsageError(
                "WORLD_SIZE: is set, so this process is one of several; a run starts its own: give "
                    + "its stages launch")
        }
        var options = RunOptions(recipe: recipe)
        (options.overrides, options.out, options.jobs) = (overrides, out, jobs)
        (options.only, options.again) = (only, again)
        options.program.name = CommandLine.arguments[0]
        let job = try RunJob(
            options, enter: Self.enter, implied: StageCommands.implied, signals: .passedOn,
            log: shared.log)
        if dryRun { return show(try job.plan()) }
        switch try job.run() {
        case .done(let report): show(report)
        case .failed(let report, let sentence):
            show(report)
            Terminal.error("cambium: error: \(sentence)")
            throw ExitCode(1)
        case .stopped(let signal):
            let reason = signal == SIGINT ? "interrupted" : "ended by signal \(signal)"
            Terminal.error("cambium: \(reason); the same command goes on")
            throw ExitCode(128 + signal)
        }
    }

    private func show(_ report: RunReport) {
        print(json ? report.json : report.table, terminator: "")
    }

    /// Makes a folder the working one.
    private static func enter(_ folder: String) throws {
        guard chdir(folder) == 0 else { throw UsageError(String(cString: strerror(errno))) }
    }
}
