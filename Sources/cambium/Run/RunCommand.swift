internal import ArgumentParser
internal import CambiumFiles
internal import CambiumJobs
internal import CambiumPipelines
internal import Foundation

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
        try Paths.requireFile(recipe)
        let place = try RunPlace(recipe, overrides: overrides, out: out)
        let pipeline = try Arguments.checked {
            try Pipeline(place.recipe, folder: place.folder, implied: StageCommands.implied)
        }
        let job = try RunJob(
            pipeline, recipe: place.file, jobs: jobs ?? place.recipe.jobs ?? 1,
            log: shared.log)
        let chosen = try selection(pipeline, only, withThoseThatNeedThem: false)
        let forced = try selection(pipeline, again, withThoseThatNeedThem: true) ?? []
        if dryRun {
            print(try job.plan(chosen, forced, asJSON: json), terminator: "")
            return
        }
        let status = try job.run(chosen, forced, printsJSON: json)
        if status != 0 { throw ExitCode(status) }
    }

    private func selection(
        _ pipeline: Pipeline, _ names: [String], withThoseThatNeedThem: Bool
    ) throws -> Set<Int>? {
        guard !names.isEmpty else { return nil }
        do {
            return try pipeline.selection(names, withThoseThatNeedThem: withThoseThatNeedThem)
        } catch { throw UsageError(error.description) }
    }
}
