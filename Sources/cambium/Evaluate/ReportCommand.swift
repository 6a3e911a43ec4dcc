internal import ArgumentParser
internal import CambiumJobs
internal import CambiumReports

/// `cambium report`: several evaluations side by side on one page, and its figures and numbers as
/// files beside it.
struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Put several evaluations side by side on one page.",
        discussion: """
            RESULT is the output folder of an evaluate command, or NAME=FOLDER to call it \
            otherwise. The page needs nothing but itself. Beside NAME.html stands NAME-files with \
            metrics.json, tables (.csv), a summary (.md) and every figure (.svg, .png). The table \
            is printed as well.
            """)

    @Argument(help: "Results in the order of the page: NAME=FOLDER ...")
    var results: [String]

    @Option(help: "The page to write (.html).")
    var out: String

    @Option(help: "The heading.")
    var title = "Cambium evaluation"

    @Option(help: "A sentence to print under the table; may be repeated.")
    var note: [String] = []

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "Show mistakes and points with these images: tables (*_images.tsv) or folders.",
            valueName: "table|folder"))
    var images: [String] = []

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "Draw a map (UMAP) of these embeddings, train and test: tables (.npy) or NAME=TABLE.",
            valueName: "table"))
    var embeddings: [String] = []

    @Flag(help: "Test the methods against each other: all must be of the same cases.")
    var paired = false

    @Option(
        help: ArgumentHelp(
            "For --paired, rows that belong together: a line KEY<TAB>GROUP for every key.",
            valueName: "file"))
    var groups: String?

    @Option(help: "Points of the map at most, evenly from the classes of each table.")
    var points = 2000

    @OptionGroup var shared: SharedOptions

    func validate() throws {
        guard (10...20_000).contains(points) else {
            throw ValidationError("--points must be in 10...20000.")
        }
        guard groups == nil || paired else {
            throw ValidationError("--groups goes with --paired.")
        }
        guard !paired || results.count > 1 else {
            throw ValidationError("--paired needs at least two results.")
        }
    }

    func run() throws {
        var job = ReportJob(results, out: out)
        (job.title, job.notes, job.images) = (title, note, images)
        (job.embeddings, job.points) = (embeddings, points)
        (job.isPaired, job.groups) = (paired, groups)
        job.command = Cambium.commandLine
        print("\(try job.run(log: shared.log))\n\(out)")
    }
}
