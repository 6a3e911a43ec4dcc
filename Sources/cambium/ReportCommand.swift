internal import ArgumentParser
internal import Evaluation
internal import Files

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

    @Option(help: "Points of the map at most, evenly from the classes of each table.")
    var points = 2000

    @OptionGroup var shared: SharedOptions

    func validate() throws {
        guard (10...20_000).contains(points) else {
            throw ValidationError("--points must be in 10...20000.")
        }
    }

    func run() throws {
        try Paths.requireFresh(out)
        try Paths.requireFresh(files)
        let images = images.isEmpty ? nil : try ReportImages(images, log: shared.log)
        let methods = try results.map { try method($0, images) }
        var report = Report(title: title, methods: methods, notes: note)
        report.map = try map()
        report.provenance = try provenance()
        if let images {
            let keys = (report.map?.keys ?? []) + methods.flatMap(\.exampleKeys)
            report.thumbnails = try ThumbnailSheet(keys: keys) { images.image(of: $0) }
            images.warnOfMissing()
        }
        try FileSystem.makeFolder(FileSystem.parent(out))
        Temporaries.sweep(beside: out)
        let output = ReportFiles(report)
        let staged = try StagedFolder(files)
        try output.write(to: staged.path)
        try staged.commit()
        try FileSystem.write(output.html, to: out)
        print("\(report.table)\n\(out)")
    }

    /// The folder beside the page.
    private var files: String {
        (out.hasSuffix(".html") ? String(out.dropLast(5)) : out) + "-files"
    }

    /// Cuts NAME=PATH; what exists with "=" in its own name is taken as it is.
    private static func named(_ text: String) -> (name: String?, path: String) {
        guard FileSystem.kind(text) == nil, let split = text.firstIndex(of: "=") else {
            return (nil, text)
        }
        return (String(text[..<split]), String(text[text.index(after: split)...]))
    }

    private func method(_ result: String, _ images: ReportImages?) throws -> ReportMethod {
        let (name, folder) = Self.named(result)
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
            let (name, path) = Self.named(text)
            let file = FileSystem.name(path)
            let plain = file.hasSuffix(".npy") ? String(file.dropLast(4)) : file
            return (name: name ?? plain, table: try EvaluationTables.open(path))
        }
        return try EvaluateOptions.checked { try EmbeddingMap(tables, limit: points) }
    }

    private func provenance() throws -> Provenance {
        var files = results.map { "\(Self.named($0).path)/metrics.json" }
        for text in embeddings {
            let path = Self.named(text).path
            files += [path, EmbeddingTable.keysPath(for: path)]
        }
        files += images.filter { FileSystem.kind($0) == .file }
        return Provenance(
            command: ["cambium"] + CommandLine.arguments.dropFirst(),
            inputs: try files.map { try Provenance.Input(file: $0) })
    }
}
