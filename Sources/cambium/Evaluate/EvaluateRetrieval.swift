internal import ArgumentParser
internal import CambiumJobs
internal import CambiumReports

/// `cambium evaluate retrieval`: do embeddings find others of their class?
struct EvaluateRetrieval: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retrieval",
        abstract: "Measure how well embeddings find others of their class.",
        discussion: """
            Every query ranks the gallery by cosine similarity. Without --gallery the queries \
            search among themselves. Writes metrics.json and summary.md.
            """)

    @Option(help: "Embeddings to search with (.npy, with its keys file).")
    var queries: String

    @Option(help: "Embeddings to search among (.npy, with its keys file).")
    var gallery: String?

    @Option(name: .customLong("at"), help: "The k of precision, recall and hits at k; repeatable.")
    var depths: [Int] = [1, 5, 10]

    @Option(help: "Rows that belong together, for the intervals: a line KEY<TAB>GROUP a key.")
    var groups: String?

    @Option(help: "Resamples of the bootstrap intervals.")
    var resamples = 1000

    @Option(help: "Seed of the bootstrap.")
    var seed = 42

    @Option(help: "The folder to write; it must not exist, or be empty.")
    var out: String

    @Flag(help: "Print metrics.json instead of the summary.")
    var json = false

    @OptionGroup var shared: SharedOptions

    func validate() throws {
        guard depths.allSatisfy({ $0 > 0 }) else {
            throw ValidationError("--at must be positive.")
        }
        guard (1...100_000).contains(resamples) else {
            throw ValidationError("--resamples must be in 1...100000.")
        }
    }

    func run() throws {
        var job = RetrievalEvaluation(queries: queries, out: out)
        (job.gallery, job.depths, job.groups) = (gallery, depths, groups)
        (job.resamples, job.seed, job.command) = (resamples, seed, Cambium.commandLine)
        let result = try job.run()
        print(
            json ? result.document : "\(result.summary)\n\(out)/summary.md\n", terminator: "")
    }
}
