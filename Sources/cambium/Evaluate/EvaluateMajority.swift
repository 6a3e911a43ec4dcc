internal import ArgumentParser
internal import CambiumJobs

/// `cambium evaluate majority`: the line that every classifier must beat.
struct EvaluateMajority: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "majority",
        abstract: "Predict the most frequent training class for every row.")

    @OptionGroup var tables: TrainAndTest

    @OptionGroup var options: EvaluateOptions

    func run() throws {
        let job = MajorityEvaluation(tables.job, options.job)
        options.show(try job.run(log: options.shared.log))
    }
}
