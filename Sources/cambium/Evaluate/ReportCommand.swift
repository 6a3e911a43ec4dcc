internal import ArgumentParser
internal import CambiumEvaluation
internal import CambiumFiles
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
        try Paths.requireFresh(out)
        try Paths.requireFresh(files)
        let images = images.isEmpty ? nil : try ReportImages(images, log: shared.log)
        if try isMultiLabel() { return try writeMultiLabel(images) }
        let methods = try results.map { try method($0, images) }
        var report = Report(title: title, methods: methods, notes: note)
        report.map = try map()
        report.comparison = try comparison()
        report.provenance = try provenance()
        if let images {
            let keys = (report.map?.keys ?? []) + methods.flatMap(\.exampleKeys)
            report.thumbnails = try ThumbnailSheet(keys: keys) { images.image(of: $0) }
            images.warnOfMissing()
        }
        let output = ReportFiles(report)
        try write(page: output.html) { try output.write(to: $0) }
        print("\(report.table)\n\(out)")
    }

    private func write(page: String, files write: (String) throws -> Void) throws {
        try FileSystem.makeFolder(FileSystem.parent(out))
        Temporaries.sweep(beside: out)
        let staged = try StagedFolder(files)
        try write(staged.path)
        try staged.commit()
        try FileSystem.write(page, to: out)
    }

    /// Whether the results are of rows with several labels, all or none.
    private func isMultiLabel() throws -> Bool {
        let kinds = try results.map { result in
            let folder = Paths.named(result).path
            try Paths.requireFolder(folder)
            return try EvaluateOptions.checked { try MultiLabelMethod.isKind(of: folder) }
        }
        guard Set(kinds).count == 2 else { return kinds.first ?? false }
        throw UsageError(
            "some results have one class a row and others several labels; write a page for each")
    }

    private func writeMultiLabel(_ images: ReportImages?) throws {
        guard embeddings.isEmpty else {
            throw UsageError(
                "--embeddings draws one class a point, but the rows have several labels; leave it "
                    + "out")
        }
        let methods = try results.map { result in
            let (name, folder) = Paths.named(result)
            return try EvaluateOptions.checked {
                var method = try MultiLabelMethod(folder: folder, name: name)
                for index in method.mistakes.indices {
                    method.mistakes[index].thumbnail = images?.jpeg(of: method.mistakes[index].key)
                }
                return method
            }
        }
        images?.warnOfMissing()
        var report = MultiLabelReport(title: title, methods: methods, notes: note)
        (report.comparison, report.provenance) = (try comparison(), try provenance())
        try write(page: report.html) { try report.write(to: $0) }
        print("\(report.table)\n\(out)")
    }

    private func comparison() throws -> Comparison? {
        guard paired else { return nil }
        return try EvaluateOptions.checked {
            let stored = try results.map { result in
                let (name, folder) = Paths.named(result)
                return try StoredEvaluation(folder: folder, name: name)
            }
            let names = try groups.map {
                try GroupNames.of(stored[0].keys, GroupNames.read($0), $0)
            }
            return try Comparison(
                stored, bootstrap: Bootstrap(resamples: 1000, seed: 42, groups: names))
        }
    }

    /// The folder beside the page.
    private var files: String {
        (out.hasSuffix(".html") ? String(out.dropLast(5)) : out) + "-files"
    }

    private func method(_ result: String, _ images: ReportImages?) throws -> ReportMethod {
        let (name, folder) = Paths.named(result)
        try Paths.requireFolder(folder)
        return try EvaluateOptions.checked {
            var method = try ReportMethod(folder: folder, name: name)
            guard let images else { return method }
            method.result.mistakes = try EvaluationOutput.mistakes(in: folder, limit: 10)
            for index in method.result.mistakes.indices {
                let key = method.result.mistakes[index].key
                method.result.mistakes[index].thumbnail = images.jpeg(of: key)
            }
            return method
        }
    }

    private func map() throws -> EmbeddingMap? {
        guard !embeddings.isEmpty else { return nil }
        let tables = try embeddings.map { text in
            let (name, path) = Paths.named(text)
            let file = FileSystem.name(path)
            let plain = file.hasSuffix(".npy") ? String(file.dropLast(4)) : file
            return (name: name ?? plain, table: try EvaluationTables.open(path))
        }
        return try EvaluateOptions.checked { try EmbeddingMap(tables, limit: points) }
    }

    private func provenance() throws -> Provenance {
        var files = results.map { "\(Paths.named($0).path)/metrics.json" }
        for text in embeddings {
            let path = Paths.named(text).path
            files += [path, EmbeddingTable.keysPath(for: path)]
        }
        files += images.filter { FileSystem.kind($0) == .file }
        return Provenance(
            command: ["cambium"] + CommandLine.arguments.dropFirst(),
            inputs: try files.map { try Provenance.Input(file: $0) })
    }
}
