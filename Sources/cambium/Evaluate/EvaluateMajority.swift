internal import ArgumentParser
internal import CambiumEvaluation

/// `cambium evaluate majority`: the line that every classifier must beat.
struct EvaluateMajority: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "majority",
        abstract: "Predict the most frequent training class for every row.")

    @OptionGroup var tables: TrainAndTest

    @OptionGroup var options: EvaluateOptions

    func run() throws {
        try options.requireRoom()
        let (trainTable, testTable, list) = try tables.open()
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
