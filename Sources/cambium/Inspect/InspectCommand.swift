internal import ArgumentParser
internal import CambiumCorpus
internal import CambiumFiles
internal import CambiumJobs
internal import Foundation

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
        try Paths.requireInput(path)
        if let html { try Paths.requireFresh(html) }
        let inspection =
            FileSystem.kind(path) == .folder
            ? try FolderInspector(path).inspect()
            : try FileInspector(path, listsTensors: tensors || json).inspect()
        if let html { try write(html, inspection) }
        print(json ? inspection.json.document : inspection.text, terminator: "")
    }

    private func write(_ html: String, _ inspection: Inspection) throws {
        guard inspection.kind == "data set" else {
            throw UsageError("\(path): is a \(inspection.kind); --html is for data sets")
        }
        let progress = ImageProgress("inspect", shared.log)
        let survey = try DataSetSurvey(
            path, workers: workers ?? ProcessInfo.processInfo.activeProcessorCount
        ) { progress.show($0) }
        progress.finish()
        try FileSystem.makeFolder(FileSystem.parent(html))
        Temporaries.sweep(beside: html)
        try FileSystem.write(DataSetPage(survey).html, to: html)
    }
}
