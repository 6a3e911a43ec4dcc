/// What is to be done about a stage.
public struct StagePlan: Sendable, Equatable {
    /// Why it runs; empty where it does not.
    public var reasons: [Reason]
    /// Whether it goes on where it was stopped.
    public var resumes = false

    /// Whether it runs.
    public var runs: Bool { !reasons.isEmpty }
}

/// What decides a stage's outputs, as it is now.
struct StageState {
    let command: [String]
    /// By recorded path; nil where nothing is.
    let inputs: [String: String?]
    let program: String

    /// Whether a record is of the same.
    func equals(_ record: StageRecord) -> Bool {
        record.command == command && record.program.sha256 == program
            && inputs.allSatisfy { $0.value != nil && record.inputs[$0.key] == $0.value }
            && record.inputs.count == inputs.count
    }

    /// What is different from a record.
    func reasons(_ record: StageRecord) -> [Reason] {
        var reasons: [Reason] = []
        if record.program.sha256 != program { reasons.append(.program) }
        if record.command != command {
            reasons.append(.setting(from: record.command, to: command))
        }
        let paths = inputs.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        for path in paths where inputs[path] != .some(record.inputs[path]) || inputs[path] == nil {
            reasons.append(.input(path))
        }
        for path in record.inputs.keys.sorted() where inputs[path] == nil {
            reasons.append(.inputGone(path))
        }
        return reasons
    }
}
