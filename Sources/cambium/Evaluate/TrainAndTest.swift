internal import ArgumentParser
internal import CambiumEvaluation

/// The two tables of an evaluation that learns from the one and is measured on the other.
struct TrainAndTest: ParsableArguments {
    @Option(help: "Embeddings to learn from (.npy, with its keys file).")
    var train: String

    @Option(help: "Embeddings to classify (.npy, with its keys file).")
    var test: String

    @Option(
        help: "The label file (unique_texts.txt), where classes may be missing from the tables.")
    var classes: String?

    /// Both tables, and the classes that either or the label file has.
    func open() throws -> (train: EmbeddingTable, test: EmbeddingTable, classes: ClassList) {
        let (trainTable, testTable) = (
            try EvaluationTables.open(train), try EvaluationTables.open(test)
        )
        return (
            trainTable, testTable,
            try EvaluationTables.classes(classes, [trainTable, testTable])
        )
    }
}
