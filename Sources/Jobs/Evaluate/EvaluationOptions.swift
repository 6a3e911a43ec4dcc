internal import CambiumEvaluation
internal import CambiumReports

/// What every evaluation is told about its output.
public struct EvaluationOptions: Sendable {
    /// The folder to write; it must not exist, or be empty.
    public var out: String
    /// What reports call the method; nil: what the evaluation calls itself.
    public var name: String?
    /// Images to show the most confident mistakes with: a table (`*_images.tsv`) or a folder.
    public var images: String?
    /// A table `KEY<TAB>GROUP` of rows that belong together, for the intervals.
    public var groups: String?
    /// Resamples of the bootstrap intervals.
    public var resamples = 1000
    /// Seed of the bootstrap.
    public var seed = 42
    /// What is measured beside the highest score.
    public var protocols = ProtocolChoice()
    /// What the result names as the command that made it.
    public var command: [String] = []

    /// The defaults above.
    public init(out: String) { self.out = out }

    /// Checks, before the work, that the result will have a place.
    func requireRoom() throws {
        try EvaluationTables.checked { try EvaluationOutput.requireFree(out) }
    }
}

/// What an evaluation found; its files say more.
public struct EvaluationResult: Sendable {
    /// The content of `metrics.json`, or of `comparison.json`.
    public let document: String
    /// The summary as text.
    public let summary: String
}
