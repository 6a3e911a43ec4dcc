internal import ArgumentParser
internal import CambiumJobs

/// The two tables of an evaluation that learns from the one and is measured on the other.
struct TrainAndTest: ParsableArguments {
    @Option(help: "Embeddings to learn from (.npy, with its keys file).")
    var train: String

    @Option(help: "Embeddings to classify (.npy, with its keys file).")
    var test: String

    @Option(
        help: "The label file (unique_texts.txt), where classes may be missing from the tables.")
    var classes: String?

    /// What the job is told.
    var job: TrainAndTestTables {
        var job = TrainAndTestTables(train: train, test: test)
        job.classes = classes
        return job
    }
}
