public import ArgumentParser
public import Evaluation

extension VectorMetric: ExpressibleByArgument {}
extension KNearestNeighbors.Weights: ExpressibleByArgument {}

/// `cambium evaluate knn`: the nearest training embeddings vote.
struct EvaluateKNN: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "knn",
        abstract: "Classify test embeddings by their nearest training embeddings.")

    @Option(help: "Embeddings to vote (.npy, with its keys file).")
    var train: String

    @Option(help: "Embeddings to classify (.npy, with its keys file).")
    var test: String

    @Option(name: .shortAndLong, help: "Number of neighbours.")
    var k = 10

    @Option(help: "How embeddings are compared.")
    var metric = VectorMetric.cosine

    @Option(help: "What a neighbour's vote counts.")
    var weights = KNearestNeighbors.Weights.uniform

    @Flag(help: "Subtract the mean training embedding first (for raw pixels).")
    var center = false

    @Option(
        help: "The label file (unique_texts.txt), where classes may be missing from the tables.")
    var classes: String?

    @OptionGroup var options: EvaluateOptions

    func run() throws {
        try options.requireRoom()
        let (trainTable, testTable) = (
            try EvaluationTables.open(train), try EvaluationTables.open(test)
        )
        let list = try EvaluationTables.classes(classes, [trainTable, testTable])
        let predictions = try EvaluateOptions.checked {
            let truth = try testTable.columns(in: list)
            return try Predictions(
                classes: list, truth: truth, scores: scores(trainTable, testTable, list))
        }
        try options.finish(
            name: "KNN (k = \(k), \(metric), \(weights))", predictions, keys: testTable.keys,
            inputs: EvaluationTables.files(trainTable) + EvaluationTables.files(testTable))
    }

    private func scores(
        _ trainTable: EmbeddingTable, _ testTable: EmbeddingTable, _ list: ClassList
    ) throws -> [Double] {
        guard trainTable.dimension == testTable.dimension else {
            throw UsageError(
                "\(test): \(testTable.dimension) values a row, but \(train) has "
                    + "\(trainTable.dimension); embed both with one model")
        }
        var (vectors, queries) = (try trainTable.vectors(), try testTable.vectors())
        if center {
            RawPixels.center(train: &vectors, test: &queries, dimension: trainTable.dimension)
        }
        let classifier = try KNearestNeighbors(
            train: vectors, dimension: trainTable.dimension,
            labels: trainTable.columns(in: list), classCount: list.count, k: k, metric: metric,
            weights: weights)
        let neighbors = try classifier.neighbors(of: queries, dimension: testTable.dimension)
        return classifier.scores(neighbors)
    }
}

/// `cambium evaluate majority`: the line that every classifier must beat.
struct EvaluateMajority: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "majority",
        abstract: "Predict the most frequent training class for every row.")

    @Option(help: "A table with the training classes (.npy, with its keys file).")
    var train: String

    @Option(help: "A table with the test classes (.npy, with its keys file).")
    var test: String

    @Option(
        help: "The label file (unique_texts.txt), where classes may be missing from the tables.")
    var classes: String?

    @OptionGroup var options: EvaluateOptions

    func run() throws {
        try options.requireRoom()
        let (trainTable, testTable) = (
            try EvaluationTables.open(train), try EvaluationTables.open(test)
        )
        let list = try EvaluationTables.classes(classes, [trainTable, testTable])
        let predictions = try EvaluateOptions.checked {
            let scores = try MajorityClass.scores(
                train: trainTable.columns(in: list), classCount: list.count, rows: testTable.rows)
            return try Predictions(
                classes: list, truth: testTable.columns(in: list), scores: scores)
        }
        try options.finish(
            name: "Majority class", predictions, keys: testTable.keys,
            inputs: [trainTable, testTable].map { EmbeddingTable.keysPath(for: $0.path) })
    }
}
