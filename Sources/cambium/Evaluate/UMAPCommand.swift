internal import ArgumentParser
internal import CambiumEvaluation
internal import CambiumJobs

/// `cambium umap`: embeddings as points of a plane, to be drawn.
struct UMAPCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "umap",
        abstract: "Lay embeddings out in a plane by UMAP.",
        discussion: """
            Writes an array [rows, 2] and its keys; several tables become one map. The same tables \
            and seed give the same bytes.
            """)

    @Argument(help: "Embeddings (.npy, with their keys files).")
    var tables: [String]

    @Option(help: "Where the points go (.npy).")
    var out: String

    @Option(help: "Rows that make a row's surroundings, itself included.")
    var neighbors = 10

    @Option(help: "The least distance of points in the plane, 0 to 1.")
    var minDistance = 0.5

    @Option(help: "How rows are compared: cosine or l2.")
    var metric = VectorMetric.cosine

    @Option(help: "Decides every random choice.")
    var seed: UInt64 = 42

    @OptionGroup var shared: SharedOptions

    func validate() throws {
        guard neighbors >= 2 else { throw ValidationError("--neighbors must be at least 2.") }
        guard (0...1).contains(minDistance) else {
            throw ValidationError("--min-distance must be within 0...1.")
        }
    }

    func run() throws {
        var job = MapJob(tables, out: out)
        (job.neighbors, job.minimumDistance) = (neighbors, minDistance)
        (job.metric, job.seed) = (metric, seed)
        try job.run()
        print(out)
    }
}
