public import CambiumEvaluation
internal import CambiumTraining

/// The nearest training embeddings vote.
public struct KNNEvaluation: Sendable {
    /// Embeddings to learn from and to classify.
    public var tables: TrainAndTestTables
    /// How many neighbours vote.
    public var k = 10
    /// How embeddings are compared.
    public var metric = VectorMetric.cosine
    /// What a neighbour's vote counts.
    public var weights = KNearestNeighbors.Weights.uniform
    /// Temperature of softmax votes, exp(-distance / temperature).
    public var temperature = 0.07
    /// Whether each row is classified by the others of its table, which is train and test.
    public var leavesOneOut = false
    /// A table `KEY<TAB>GROUP`: training rows of a query's own group do not vote.
    public var excludedGroups: String?
    /// Whether the mean training embedding is subtracted first (for raw pixels).
    public var isCentered = false
    /// The output.
    public var options: EvaluationOptions

    /// The defaults above.
    public init(_ tables: TrainAndTestTables, _ options: EvaluationOptions) {
        (self.tables, self.options) = (tables, options)
    }

    /// Classifies, measures and writes.
    /// - Returns: nil in a process that does not lead.
    public func run(
        at place: RankPlace = .alone, log: Log = Log()
    ) throws -> EvaluationResult? {
        try options.requireRoom()
        let (trainTable, testTable, list) = try tables.open()
        return try place.perform { distribution, _ in
            let predictions = try EvaluationTables.checked {
                let truth = try testTable.columns(in: list)
                let scores = try scores(trainTable, testTable, list, distribution)
                return try Predictions(classes: list, truth: truth, scores: scores)
            }
            guard distribution.leads else { return nil }
            return try options.finish(
                name: "KNN (k = \(k), \(metric), \(weights)"
                    + "\(leavesOneOut ? ", leave-one-out" : ""))",
                LabelledScores(predictions), keys: testTable.keys,
                inputs: EvaluationTables.files(trainTable) + EvaluationTables.files(testTable),
                origin: testTable.origin, log: log)
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
        if isCentered {
            RawPixels.center(train: &vectors, test: &queries, dimension: trainTable.dimension)
        }
        let classifier = try KNearestNeighbors(
            train: vectors, dimension: trainTable.dimension,
            labels: trainTable.columns(in: list), classCount: list.count, k: k, metric: metric,
            weights: weights, temperature: temperature)
        let piece = KNearestNeighbors.blockSize
        let neighbors = try classifier.neighbors(
            of: queries, dimension: testTable.dimension,
            rows: distribution.share(of: testTable.rows, inPieces: piece),
            groups: try groups(trainTable, testTable))
        return try distribution.gather(
            classifier.scores(neighbors), width: list.count, count: testTable.rows,
            inPieces: piece)
    }

    /// Numbers of groups whose rows do not find each other.
    private func groups(
        _ train: EmbeddingTable, _ test: EmbeddingTable
    ) throws -> (train: [Int], queries: [Int])? {
        if leavesOneOut { return (Array(0..<train.rows), Array(0..<test.rows)) }
        guard let names = try excludedGroups.map(GroupNames.init) else { return nil }
        let (first, second) = (try names.of(train.keys), try names.of(test.keys))
        var numbers: [String: Int] = [:]
        for name in first + second where numbers[name] == nil { numbers[name] = numbers.count }
        return (first.map { numbers[$0] ?? 0 }, second.map { numbers[$0] ?? 0 })
    }
}
