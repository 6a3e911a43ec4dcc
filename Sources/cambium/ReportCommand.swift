internal import ArgumentParser
internal import Evaluation
internal import Files

/// `cambium report`: several evaluations side by side on one page.
struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Put several evaluations side by side on one page.",
        discussion: """
            RESULT is the output folder of an evaluate command, or NAME=FOLDER to call it \
            otherwise. The table is printed as well.
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
        help: ArgumentHelp(
            "Show the most confident mistakes with these images: a table (*_images.tsv) or a folder.",
            valueName: "table|folder"))
    var images: String?

    @OptionGroup var shared: SharedOptions

    func run() throws {
        try Paths.requireFresh(out)
        let thumbnails = try images.map { try Thumbnails($0, log: shared.log) }
        let methods = try results.map { try method($0, thumbnails) }
        let report = Report(title: title, methods: methods, notes: note)
        try FileSystem.makeFolder(FileSystem.parent(out))
        Temporaries.sweep(beside: out)
        try FileSystem.write(report.html, to: out)
        print("\(report.table)\n\(out)")
    }

    private func method(_ result: String, _ thumbnails: Thumbnails?) throws -> MethodResult {
        // A folder whose own name holds "=" is taken as it is.
        let split = FileSystem.kind(result) == .folder ? nil : result.firstIndex(of: "=")
        let folder = split.map { String(result[result.index(after: $0)...]) } ?? result
        try Paths.requireFolder(folder)
        return try EvaluateOptions.checked {
            var method = try MethodResult(folder: folder, name: split.map { String(result[..<$0]) })
            guard let thumbnails else { return method }
            method.mistakes = try EvaluationOutput.mistakes(in: folder, limit: 10)
            for index in method.mistakes.indices {
                method.mistakes[index].thumbnail = thumbnails.jpeg(of: method.mistakes[index].key)
            }
            return method
        }
    }
}
