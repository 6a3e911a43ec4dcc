internal import ArgumentParser
internal import CambiumFiles
internal import CambiumJobs

/// `cambium inspect`: what a file or folder is, told from its content.
struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Say what a file or folder is: data set, array, weights, model, run, bundle.",
        discussion: """
            Told from the content, never from the name. What is damaged is refused with the \
            reason (exit status 1). No code in a weight file is run. --html writes a page about a \
            data set: counts, image sizes, a gallery, duplicates, what was rejected, groups.
            """)

    @Argument(help: "A file or folder.")
    var path: String

    @Flag(help: "List every tensor of weights.")
    var tensors = false

    @Flag(help: "Print the findings as JSON.")
    var json = false

    @Option(help: "Write a page about the data set (.html); must not exist.")
    var html: String?

    @Option(help: "Threads for the page (default: one a core); it does not depend on them.")
    var workers: Int?

    @OptionGroup var shared: SharedOptions

    func validate() throws { try Arguments.requireWorkers(workers) }

    func run() throws {
        var job = InspectJob(path: path)
        (job.listsTensors, job.page) = (tensors || json, html)
        if let workers { job.workers = workers }
        let inspection = try job.run(log: shared.log)
        print(json ? inspection.json.document : inspection.text, terminator: "")
    }
}
