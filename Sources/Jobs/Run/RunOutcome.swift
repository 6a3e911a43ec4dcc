internal import CambiumPipelines

/// What became of each stage in this call.
final class RunOutcome {
    /// A word a stage, for the table.
    private(set) var words: [String: String] = [:]
    private var failures: [(stage: String, sentence: String)] = []

    func take(_ stage: Stage, _ event: StageEvent) {
        switch event {
        case .unchanged: words[stage.name] = "unchanged"
        case .started: words[stage.name] = "begun"
        case .finished: words[stage.name] = "done"
        case .failed(let sentence):
            words[stage.name] = "failed"
            failures.append((stage.name, sentence))
        case .interrupted: words[stage.name] = "interrupted"
        case .blocked: words[stage.name] = "not begun"
        }
    }

    /// One line for all that failed.
    func sentence(_ path: (_ name: String, _ ending: String) -> String) -> String {
        failures.map { "stage \($0.stage): \($0.sentence) (\(path($0.stage, "log")))" }
            .joined(separator: "; ")
    }
}
