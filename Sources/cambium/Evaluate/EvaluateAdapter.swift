internal import ArgumentParser
internal import CambiumJobs

/// `cambium evaluate adapter`: a trained head decides.
struct EvaluateAdapter: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "adapter",
        abstract: "Classify test embeddings with a trained adapter.")

    @Option(help: "The adapter folder.")
    var adapter: String

    @Option(help: "Embeddings to classify (.npy, with its keys file).")
    var test: String

    @Option(
        help: ArgumentHelp(
            "Of a head that gives several labels a row: 0 or 1 for every row and class (.npy).",
            valueName: "file"))
    var labels: String?

    @OptionGroup var options: EvaluateOptions

    func run() throws {
        var job = AdapterEvaluation(adapter: adapter, test: test, options.job)
        job.labels = labels
        switch try job.run(at: .ofThisProcess(), log: options.shared.log) {
        case .measured(let result): options.show(result)
        case .scores(let path): print(path)
        case nil: break
        }
    }
}
