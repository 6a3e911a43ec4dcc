internal import CambiumFiles
internal import Glibc

/// One run of a pipeline in its folder: what is done is skipped, the rest runs as soon as what it
/// needs is there. The record is written before a stage begins and after it ended, so that a run
/// that is killed at any moment can be begun again.
public final class PipelineRun {
    private enum State { case waiting, running, ready, unfinished }

    private let pipeline: Pipeline
    private let planner: Planner
    private let digests: FileDigests
    private let runner: any StageRunner
    private let jobs: Int
    private let report: (Stage, StageEvent) -> Void
    /// The stages that are asked for; all others stay as they are.
    private let chosen: Set<Int>
    /// The stages that run in any case.
    private let forced: Set<Int>
    private var states: [State]
    private var begun: [Int: StageState] = [:]
    /// What was done in the run's folder so far.
    public private(set) var lineage: Lineage

    /// Reads the record of earlier runs.
    /// - Parameters:
    ///   - program: the digest of the program that runs cambium's own commands.
    ///   - jobs: how many stages may run side by side.
    public init(
        _ pipeline: Pipeline, recipe: String, digests: FileDigests, program: String,
        runner: any StageRunner, jobs: Int, chosen: Set<Int>? = nil, forced: Set<Int> = [],
        report: @escaping (Stage, StageEvent) -> Void
    ) throws {
        self.pipeline = pipeline
        self.digests = digests
        planner = try Planner(pipeline, digests, program: program)
        (self.runner, self.jobs, self.report) = (runner, jobs, report)
        let chosen = chosen ?? Set(pipeline.stages.indices)
        self.chosen = chosen
        self.forced = forced
        states = pipeline.stages.indices.map { chosen.contains($0) ? .waiting : .ready }
        lineage = try Lineage(Self.record(pipeline))
        lineage.recipe = InputFile(
            path: recipe, sha256: try digests.of(recipe)?.sha256 ?? "")
    }

    /// The path of the record.
    public static func record(_ pipeline: Pipeline) -> String {
        "\(pipeline.folder)/lineage.json"
    }

    /// What would be done now, stage by stage.
    public func plan() throws -> [StagePlan] {
        var plans: [StagePlan] = []
        for (index, stage) in pipeline.stages.enumerated() {
            guard chosen.contains(index) else {
                plans.append(StagePlan(reasons: []))
                continue
            }
            var plan = try planner.plan(
                index, lineage.stages[stage.name], try planner.state(index))
            if forced.contains(index), !plan.runs { plan.reasons = [.forced] }
            let before = stage.needs.sorted().filter { plans[$0].runs }
            if !before.isEmpty, plan.reasons != [.new] {
                // What is to be made again is no news.
                plan.reasons.removeAll { if case .input = $0 { true } else { false } }
                plan.reasons += before.map { .after(pipeline.stages[$0].name) }
            }
            plans.append(plan)
        }
        return plans
    }

    /// Runs what is to run.
    /// - Returns: whether all stages that were asked for are done.
    public func perform() throws -> Bool {
        while true {
            settle()
            guard states.contains(.running) else { break }
            for (index, end) in try runner.wait() { try finish(index, end) }
        }
        try digests.save()
        return states.allSatisfy { $0 == .ready }
    }

    /// Decides about all stages whose turn has come.
    private func settle() {
        for index in states.indices where states[index] == .waiting {
            let needs = pipeline.stages[index].needs
            if let failed = needs.sorted().first(where: { states[$0] == .unfinished }) {
                states[index] = .unfinished
                report(pipeline.stages[index], .blocked(by: pipeline.stages[failed].name))
            } else if needs.allSatisfy({ states[$0] == .ready }) {
                do { try decide(index) } catch {
                    // Its inputs cannot be read, or its place is taken: others may go on.
                    states[index] = .unfinished
                    report(pipeline.stages[index], .failed("\(error)"))
                }
            }
        }
    }

    private func decide(_ index: Int) throws {
        let stage = pipeline.stages[index]
        let state = try planner.state(index)
        var plan = try planner.plan(index, lineage.stages[stage.name], state)
        if forced.contains(index), !plan.runs { plan.reasons = [.forced] }
        guard plan.runs else {
            states[index] = .ready
            report(stage, .unchanged)
            return
        }
        guard !runner.isStopping else {
            states[index] = .unfinished
            return
        }
        guard states.count(where: { $0 == .running }) < jobs else { return }
        try begin(index, state, plan)
    }

    private func begin(_ index: Int, _ state: StageState, _ plan: StagePlan) throws {
        let stage = pipeline.stages[index]
        if let path = stage.inputs.first(where: { FileSystem.kind($0) == nil }) {
            throw FileError.missing(path: path)
        }
        if !plan.resumes { try clear(stage) }
        let earlier = lineage.stages[stage.name]
        let isSame = earlier.map { $0.status != .done && state.equals($0) } ?? false
        for path in stage.outputs.map(planner.recorded) {
            for name in lineage.stages.keys where name != stage.name {
                lineage.stages[name]?.outputs[path] = nil
            }
        }
        lineage.stages[stage.name] = StageRecord(
            status: .running, command: state.command,
            inputs: state.inputs.compactMapValues { $0 }, program: state.program,
            outputs: Dictionary(
                uniqueKeysWithValues: stage.outputs.map { (planner.recorded($0), nil) }),
            began: Self.time(), attempts: isSame ? (earlier?.attempts ?? 0) + 1 : 1,
            version: Release.version, threads: runner.threads(index),
            needs: stage.needs.sorted().map { pipeline.stages[$0].name })
        try save()
        begun[index] = state
        try runner.start(index, stage, resuming: plan.resumes)
        states[index] = .running
        report(stage, .started(plan.reasons, resuming: plan.resumes))
    }

    /// Removes what a stage made before; anything else that stands there is somebody's.
    private func clear(_ stage: Stage) throws {
        for path in stage.outputs where FileSystem.kind(path) != nil || FileSystem.isLink(path) {
            guard lineage.makes(planner.recorded(path)) else {
                throw PipelineError.foreignOutput(stage: stage.name, path: path)
            }
        }
        for path in stage.outputs { try FileSystem.remove(path) }
    }

    private func finish(_ index: Int, _ end: StageEnd) throws {
        let stage = pipeline.stages[index]
        guard var record = lineage.stages[stage.name], let state = begun[index] else { return }
        (record.seconds, record.processorSeconds) = (end.seconds, end.processorSeconds)
        record.peakBytes = end.peakBytes
        switch end.outcome {
        case .success:
            record.outputs = try planner.outputs(index)
            record.error = try complaint(index, record, state)
            record.status = record.error == nil ? .done : .failed
        case .failure(let sentence): (record.status, record.error) = (.failed, sentence)
        case .interrupted: record.status = .interrupted
        }
        states[index] = record.status == .done ? .ready : .unfinished
        lineage.stages[stage.name] = record
        try save()
        switch record.status {
        case .done: report(stage, .finished(record))
        case .failed: report(stage, .failed(record.error ?? ""))
        default: report(stage, .interrupted)
        }
    }

    /// What is wrong with a stage that says that it succeeded.
    private func complaint(
        _ index: Int, _ record: StageRecord, _ state: StageState
    ) throws -> String? {
        let missing = record.outputs.filter { $0.value == nil }.keys.min()
        if let missing { return "it ended well, but did not make \(missing)" }
        let now = try planner.state(index)
        for path in now.inputs.keys.sorted() where now.inputs[path] != state.inputs[path] {
            return "input \(path) changed while it ran; run again"
        }
        return nil
    }

    private func save() throws {
        try lineage.write(to: Self.record(pipeline))
        try digests.save()
    }

    /// Now, as ISO 8601 writes it.
    private static func time() -> String {
        var (now, parts) = (Glibc.time(nil), tm())
        gmtime_r(&now, &parts)
        var text = [CChar](repeating: 0, count: 32)
        let count = strftime(&text, text.count, "%Y-%m-%dT%H:%M:%SZ", &parts)
        return String(decoding: text[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
