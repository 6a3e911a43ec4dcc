import CambiumFiles
import CambiumPipelines
import CambiumTestFolders

/// A recipe in a folder, whose commands are done by ``Runner``: `join FILE... --out FILE`.
final class Scene {
    let folder: TemporaryFolder
    private(set) var events: [(stage: String, event: StageEvent)] = []
    let runner = Runner()

    init() throws { folder = try TemporaryFolder() }

    var out: String { "\(folder.path)/out" }

    /// A diamond: two files, one stage for each, one that joins both.
    func diamond() throws {
        try folder.write("a\n", to: "a.txt")
        try folder.write("b\n", to: "b.txt")
        try folder.write(
            """
            variables: {here: '\(folder.path)'}
            stages:
              last: join ${left} ${right} --out last.txt
              left: join ${here}/a.txt --out left.txt
              right: join ${here}/b.txt --out 'right.txt'
            """, to: "recipe.yaml")
    }

    var recipe: String { "\(folder.path)/recipe.yaml" }

    func pipeline(_ text: String? = nil) throws -> Pipeline {
        if let text { try folder.write(text, to: "recipe.yaml") }
        return try Pipeline(PipelineRecipe(recipe), folder: out)
    }

    func run(
        program: String = "1", jobs: Int = 1, only: [String]? = nil, from: [String] = []
    ) throws -> PipelineRun {
        let pipeline = try pipeline()
        try FileSystem.makeFolder(out)
        return try PipelineRun(
            pipeline, recipe: recipe, digests: FileDigests(keptIn: "\(out)/.digests"),
            program: program, runner: runner, jobs: jobs,
            chosen: only.map { try pipeline.selection($0, withThoseThatNeedThem: false) },
            forced: pipeline.selection(from, withThoseThatNeedThem: true)
        ) { self.events.append(($0.name, $1)) }
    }

    /// Runs; gives the stages that did.
    @discardableResult
    func perform(
        program: String = "1", jobs: Int = 1, only: [String]? = nil, from: [String] = []
    ) throws -> [String] {
        events = []
        runner.started = []
        _ = try run(program: program, jobs: jobs, only: only, from: from).perform()
        return runner.started
    }

    func text(_ name: String) throws -> String { try FileSystem.readText("\(out)/\(name)") }
}

/// Joins files, at once; some stages fail or are never heard of again.
final class Runner: StageRunner {
    struct Killed: Error {}

    var started: [String] = []
    var resumed: [String] = []
    var failing: Set<String> = []
    var killing: Set<String> = []
    /// Stages that say that they succeeded and make nothing.
    var idle: Set<String> = []
    var isStopping = false
    private(set) var most = 0
    private var running: [(index: Int, stage: Stage)] = []

    func start(_ index: Int, _ stage: Stage, resuming: Bool) throws {
        started.append(stage.name)
        if resuming { resumed.append(stage.name) }
        running.append((index, stage))
        most = max(most, running.count)
    }

    func wait() throws -> [(index: Int, end: StageEnd)] {
        let (index, stage) = running.removeFirst()
        if killing.contains(stage.name) {
            running = []
            throw Killed()
        }
        let isFailure = failing.contains(stage.name)
        if !isFailure, !idle.contains(stage.name) {
            var text = ""
            for path in stage.inputs { text += try FileSystem.readText(path) }
            for path in stage.outputs { try FileSystem.write(text, to: path) }
        }
        return [
            (
                index,
                StageEnd(
                    isFailure ? .failure("it does not work") : .success, seconds: 1,
                    processorSeconds: 1, peakBytes: 1 << 20)
            )
        ]
    }

    func threads(_ index: Int) -> Int? { nil }
}
