/// Decides what is to be done about stages, from what is recorded and what is on the disk.
struct Planner {
    let pipeline: Pipeline
    let digests: FileDigests
    /// The digest of each stage's program.
    let programs: [String]

    init(_ pipeline: Pipeline, _ digests: FileDigests, program: String) throws {
        (self.pipeline, self.digests) = (pipeline, digests)
        programs = try pipeline.stages.map { stage in
            guard stage.isForeign else { return program }
            // One that a stage makes is an input as well.
            guard let path = ProgramSearch.path(of: stage.arguments[0]) else { return "" }
            return try digests.of(path)?.sha256 ?? ""
        }
    }

    /// A path as it is recorded.
    func recorded(_ path: String) -> String {
        guard RunPaths.isBelow(path, pipeline.folder), path != pipeline.folder else { return path }
        let start = pipeline.folder == "." ? 0 : pipeline.folder.utf8.count + 1
        return "\(StageResolver.mark)/\(path.dropFirst(start))"
    }

    /// What decides a stage's outputs now.
    func state(_ index: Int) throws -> StageState {
        let stage = pipeline.stages[index]
        var inputs: [String: String?] = [:]
        for path in stage.inputs {
            inputs.updateValue(try digests.of(path)?.sha256, forKey: recorded(path))
        }
        return StageState(command: stage.settings, inputs: inputs, program: programs[index])
    }

    /// What stands at a stage's outputs.
    func outputs(_ index: Int) throws -> [String: PathDigest?] {
        var outputs: [String: PathDigest?] = [:]
        for path in pipeline.stages[index].outputs {
            outputs.updateValue(try digests.of(path), forKey: recorded(path))
        }
        return outputs
    }

    /// Whether and why a stage runs.
    func plan(_ index: Int, _ record: StageRecord?, _ state: StageState) throws -> StagePlan {
        guard let record else { return StagePlan(reasons: [.new]) }
        let changes = state.reasons(record)
        guard record.status == .done else {
            let resumes = changes.isEmpty && pipeline.stages[index].resumes
            return StagePlan(reasons: [.unfinished(record.status)] + changes, resumes: resumes)
        }
        return StagePlan(reasons: changes + (try handiwork(index, record)))
    }

    /// What somebody else did to a stage's outputs.
    private func handiwork(_ index: Int, _ record: StageRecord) throws -> [Reason] {
        let outputs = try outputs(index)
        return outputs.keys.sorted().compactMap { path in
            guard let now = outputs[path] ?? nil else { return .outputMissing(path) }
            guard let then = record.outputs[path] ?? nil else { return .outputChanged(path) }
            return now == then ? nil : .outputChanged(path)
        }
    }
}
