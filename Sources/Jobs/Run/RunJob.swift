internal import CambiumFiles
internal import CambiumPipelines
internal import Glibc

/// One call of `cambium run`: the stages of a recipe as processes, each once.
public struct RunJob {
    private let pipeline: Pipeline
    private let recipe: String
    private let jobs: Int
    private let program: Executable
    /// The stages that are asked for, nil for all.
    private let chosen: Set<Int>?
    /// Those that run in any case.
    private let forced: Set<Int>
    private let log: Log
    private let crew: RunCrew

    /// Reads the recipe and checks it and every stage's command.
    /// - Parameters:
    ///   - enter: makes the recipe's root, which it gets, the working folder; the run's paths are
    ///     those from there.
    ///   - implied: what a command of the program (its arguments) reads that no argument names;
    ///     throws for arguments that cannot be used.
    ///   - signals: those that ask the run to stop.
    public init(
        _ options: RunOptions, enter: (_ root: String) throws -> Void,
        implied: ([String]) throws -> [String] = { _ in [] }, signals: StopSignals = .none,
        log: Log = Log()
    ) throws {
        try Paths.requireFile(options.recipe)
        let place = try RunPlace(
            options.recipe, overrides: options.overrides, out: options.out, enter: enter)
        pipeline = try Arguments.checked {
            try Pipeline(place.recipe, folder: place.folder, implied: implied)
        }
        (recipe, program, self.log) = (place.file, options.program, log)
        jobs = options.jobs ?? place.recipe.jobs ?? 1
        chosen = try Self.selection(pipeline, options.only, withThoseThatNeedThem: false)
        forced = try Self.selection(pipeline, options.again, withThoseThatNeedThem: true) ?? []
        crew = RunCrew(pipeline, program: program, jobs: jobs, signals: signals, log: log)
    }

    private static func selection(
        _ pipeline: Pipeline, _ names: [String], withThoseThatNeedThem: Bool
    ) throws -> Set<Int>? {
        guard !names.isEmpty else { return nil }
        do {
            return try pipeline.selection(names, withThoseThatNeedThem: withThoseThatNeedThem)
        } catch { throw UsageError(error.description) }
    }

    /// What would run, and why.
    public func plan() throws -> RunReport {
        let plans = try work(FileDigests(keptIn: kept)) { _, _ in }.plan()
        return RunTables.plan(pipeline.stages, plans, chosen: chosen)
    }

    /// Runs what is to run.
    public func run() throws -> RunEnd {
        try FileSystem.makeFolder(pipeline.folder)
        guard let lock = try FolderLock(pipeline.folder, patience: 3) else {
            throw UsageError(
                "\(pipeline.folder): another run works in this folder; wait for its end")
        }
        defer { lock.release() }
        for name in ["lineage.json", ".digests"] {
            Temporaries.sweep(beside: "\(pipeline.folder)/\(name)")
        }
        let outcome = RunOutcome()
        let work = try work(FileDigests(keptIn: kept)) { stage, event in
            outcome.take(stage, event)
            tell(stage, event)
        }
        let isDone = try work.perform()
        if let signal = crew.signal { return .stopped(signal) }
        let report = RunTables.costs(pipeline.stages, work.lineage, outcome)
        return isDone ? .done(report) : .failed(report, outcome.sentence(crew.path).onOneLine)
    }

    private var kept: String { "\(pipeline.folder)/.digests" }

    private func work(
        _ digests: FileDigests, _ report: @escaping (Stage, StageEvent) -> Void
    ) throws -> PipelineRun {
        try Arguments.checked {
            try PipelineRun(
                pipeline, recipe: recipe, digests: digests, program: digest(digests),
                runner: crew, jobs: jobs, chosen: chosen, forced: forced, report: report)
        }
    }

    /// The digest of the program and of the library beside it that speaks to libtorch.
    private func digest(_ digests: FileDigests) throws -> String {
        let library = "\(FileSystem.programFolder)/libCambiumTorch.so"
        let parts = try [program.path, library].compactMap { try digests.of($0)?.sha256 }
        return Digest.sha256(Array(parts.joined(separator: "\n").utf8))
    }

    private func tell(_ stage: Stage, _ event: StageEvent) {
        switch event {
        case .unchanged: log.note("\(stage.name): unchanged")
        case .started(let reasons, let resuming):
            let why = reasons.map(\.description).joined(separator: "; ")
            log.note("\(stage.name): \(stage.line) (\(why)\(resuming ? ", goes on" : ""))")
        case .finished(let record):
            let (seconds, most) = (RunTables.seconds(record.seconds), RunTables.megabytes(record))
            log.note("\(stage.name): done in \(seconds) s, \(most) MB at most")
        case .failed(let sentence): log.note("\(stage.name): failed: \(sentence)")
        case .interrupted: log.note("\(stage.name): interrupted")
        case .blocked(let other): log.note("\(stage.name): not begun, it needs \(other)")
        }
    }
}
