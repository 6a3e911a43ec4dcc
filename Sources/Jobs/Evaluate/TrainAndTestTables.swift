internal import CambiumEvaluation

/// The two tables of an evaluation that learns from the one and is measured on the other.
public struct TrainAndTestTables: Sendable {
    /// Embeddings to learn from (.npy, with its keys file).
    public var train: String
    /// Embeddings to classify (.npy, with its keys file).
    public var test: String
    /// The label file (`unique_texts.txt`), where classes may be missing from the tables.
    public var classes: String?

    /// Two tables.
    public init(train: String, test: String) { (self.train, self.test) = (train, test) }

    /// Both tables, and the classes that either or the label file has.
    func open() throws -> (train: EmbeddingTable, test: EmbeddingTable, classes: ClassList) {
        let (trainTable, testTable) = (
            try EvaluationTables.open(train), try EvaluationTables.open(test)
        )
        try EmbeddingTable.requireOneOrigin([trainTable, testTable])
        return (
            trainTable, testTable,
            try EvaluationTables.classes(classes, [trainTable, testTable])
        )
    }
}
