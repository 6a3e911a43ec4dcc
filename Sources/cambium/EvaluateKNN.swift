public import ArgumentParser
public import Evaluation
internal import Training

extension VectorMetric: ExpressibleByArgument {}
extension KNearestNeighbors.Weights: ExpressibleByArgument {}

/// `cambium evaluate knn`: the nearest training embeddings vote.
struct EvaluateKNN: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "knn",
        abstract: "Classify test embeddings by their nearest training embeddings.")

    @OptionGroup var tables: TrainAndTest

    @Option(name: .shortAndLong, help: "Number of neighbours.")
    var k = 10

    @Option(help: "How embeddings are compared.")
    var metric = VectorMetric.cosine

    @Option(help: "What a neighbour's vote counts.")
    var weights = KNearestNeighbors.Weights.uniform

    @Flag(help: "Subtract the mean training embedding first (for raw pixels).")
    var center = false

    @OptionGroup var options: EvaluateOptions

    func run() throws {
        try options.requireRoom()
        let (trainTable, testTable, list) = try tables.open()
        try Ranks.perform(Ranks.place()) { distribution, _ in
            let predictions = try EvaluateOptions.checked {
                let truth = try testTable.columns(in: list)
                let scores = try scores(trainTable, testTable, list, distribution)
                return try Predictions(classes: list, truth: truth, scores: scores)
            }
            guard distribution.leads else { return }
            try options.finish(
                name: "KNN (k = \(k), \(metric), \(weights))", predictions, keys: testTable.keys,
                inputs: EvaluationTables.files(trainTable) + EvaluationTables.files(testTable))
        }
    }

    private func scores(
        _ trainTable: EmbeddingTable, _ testTable: EmbeddingTable, _ list: ClassList,
        _ distribution: Distribution
    ) throws -> [Double] {
        guard trainTable.dimension == testTable.dimension else {
            throw UsageError(
                "\(tables.test): \(testTable.dimension) values a row, but \(tables.train) has "
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
        let piece = KNearestNeighbors.blockSize
        let neighbors = try classifier.neighbors(
            of: queries, dimension: testTable.dimension,
            rows: distribution.share(of: testTable.rows, inPieces: piece))
        return try distribution.gather(
            classifier.scores(neighbors), width: list.count, count: testTable.rows,
            inPieces: piece)
    }
}
