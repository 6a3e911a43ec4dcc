internal import ArgumentParser
internal import CambiumJobs

/// `cambium new`: a folder of images to a line that can be run.
struct NewCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new",
        abstract: "Look at a folder of images and write a line for it that `cambium run` carries.",
        discussion: """
            Writes line.yaml, train.yaml and model/config.yaml into a new folder: a small model \
            from scratch, small enough for minutes on a processor. Every choice stands there with \
            its reason, to be changed. See docs/start.md.
            """)

    @Argument(help: "A folder with a folder a class, a manifest (.csv, .tsv), or a data set.")
    var images: String

    @Option(help: "The folder to write; must not exist (default: the images' name and -line).")
    var out: String?

    @Option(help: "Minutes that training may take, about.")
    var minutes = 6

    @OptionGroup var shared: SharedOptions

    func validate() throws {
        guard (1...10_000).contains(minutes) else {
            throw ValidationError("--minutes must be in 1...10000.")
        }
    }

    func run() throws {
        var job = NewLineJob(images: images)
        (job.out, job.minutes) = (out, minutes)
        for line in try job.run().lines { print(line) }
    }
}
