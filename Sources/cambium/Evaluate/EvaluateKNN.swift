public import ArgumentParser
public import CambiumEvaluation
internal import CambiumJobs
internal import CambiumTraining

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

    @Option(help: "Temperature of softmax votes, exp(-distance / temperature).")
    var temperature = 0.07

    @Flag(
        help: ArgumentHelp(
            "Let each row be classified by the others of its table: --test is the table of --train."
        ))
    var leaveOneOut = false

    @Option(
        help: ArgumentHelp(
            "Training rows of a query's own group (patient) do not vote: a line KEY<TAB>GROUP for "
                + "every key of both tables.", valueName: "file"))
    var excludeGroups: String?

    @Flag(help: "Subtract the mean training embedding first (for raw pixels).")
    var center = false

    @OptionGroup var options: EvaluateOptions

    func validate() throws {
        guard temperature.isFinite, temperature > 0 else {
            throw ValidationError("--temperature must be a number above 0.")
        }
        guard !leaveOneOut || tables.train == tables.test else {
            throw ValidationError("--leave-one-out needs one table as --train and --test.")
        }
        guard !leaveOneOut || excludeGroups == nil else {
            throw ValidationError(
                "--leave-one-out and --exclude-groups do not go together: a row is of its own "
                    + "group.")
        }
    }

    func run() throws {
        try options.requireRoom()
        let (trainTable, testTable, list) = try tables.open()
        try RankPlace.ofThisProcess().perform { distribution, _ in
            let predictions = try EvaluateOptions.checked {
                let truth = try testTable.columns(in: list)
                let scores = try scores(trainTable, testTable, list, distribution)
                return try Predictions(classes: list, truth: truth, scores: scores)
            }
            guard distribution.leads else { return }
            try options.finish(
                name:
                    "KNN (k = \(k), \(metric), \(weights)\(leaveOneOut ? ", leave-one-out" : ""))",
                predictions, keys: testTable.keys,
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
        if leaveOneOut { return (Array(0..<train.rows), Array(0..<test.rows)) }
        guard let excludeGroups else { return nil }
        let names = try GroupNames.read(excludeGroups)
        let (first, second) = (
            try GroupNames.of(train.keys, names, excludeGroups),
            try GroupNames.of(test.keys, names, excludeGroups)
        )
        var numbers: [String: Int] = [:]
        for name in first + second where numbers[name] == nil { numbers[name] = numbers.count }
        return (first.map { numbers[$0] ?? 0 }, second.map { numbers[$0] ?? 0 })
    }
}
