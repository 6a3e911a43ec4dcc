public import ArgumentParser
public import CambiumEvaluation
internal import CambiumJobs

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
        var job = KNNEvaluation(tables.job, options.job)
        (job.k, job.metric, job.weights, job.temperature) = (k, metric, weights, temperature)
        (job.leavesOneOut, job.excludedGroups) = (leaveOneOut, excludeGroups)
        job.isCentered = center
        options.show(try job.run(at: .ofThisProcess(), log: options.shared.log))
    }
}
