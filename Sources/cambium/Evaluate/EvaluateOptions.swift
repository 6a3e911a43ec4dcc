internal import ArgumentParser
internal import CambiumJobs
internal import CambiumReports

/// What every `evaluate` command is told about its output, and the one way all of them end.
struct EvaluateOptions: ParsableArguments {
    @Option(help: "The folder to write; it must not exist, or be empty.")
    var out: String

    @Option(help: "What reports call the method.")
    var name: String?

    @Option(
        help: ArgumentHelp(
            "Show the most confident mistakes with these images: a table (*_images.tsv) or a folder.",
            valueName: "table|folder"))
    var images: String?

    @Option(
        help: ArgumentHelp(
            "Rows that belong together (slices of a volume, images of a patient), for the "
                + "intervals: a line KEY<TAB>GROUP for every key.", valueName: "file"))
    var groups: String?

    @Option(help: "Resamples of the bootstrap intervals.")
    var resamples = 1000

    @Option(help: "Seed of the bootstrap.")
    var seed = 42

    @Flag(help: "Print metrics.json instead of the summary.")
    var json = false

    @OptionGroup var protocols: ProtocolOptions

    @OptionGroup var shared: SharedOptions

    func validate() throws {
        guard (1...100_000).contains(resamples) else {
            throw ValidationError("--resamples must be in 1...100000.")
        }
    }

    /// What the job is told.
    var job: EvaluationOptions {
        var job = EvaluationOptions(out: out)
        (job.name, job.images, job.groups) = (name, images, groups)
        (job.resamples, job.seed, job.protocols) = (resamples, seed, protocols.choice)
        job.command = Cambium.commandLine
        return job
    }

    /// Prints what was found; nil comes from a process that does not lead.
    func show(_ result: EvaluationResult?) {
        guard let result else { return }
        print(
            json ? result.document : "\(result.summary)\n\(out)/report.html\n", terminator: "")
    }
}
