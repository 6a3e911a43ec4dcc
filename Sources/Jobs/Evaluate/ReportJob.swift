internal import CambiumEvaluation
internal import CambiumFiles
internal import CambiumReports

/// Several evaluations side by side on one page, and its figures and numbers as files beside it.
public struct ReportJob: Sendable {
    /// Output folders of evaluations in the order of the page, or NAME=FOLDER.
    public var results: [String]
    /// The page to write (.html).
    public var out: String
    /// The heading.
    public var title = "Cambium evaluation"
    /// Sentences under the table.
    public var notes: [String] = []
    /// Tables (`*_images.tsv`) or folders of images, for mistakes and points.
    public var images: [String] = []
    /// Embeddings to draw a map of: tables (.npy) or NAME=TABLE.
    public var embeddings: [String] = []
    /// Whether the methods are tested against each other.
    public var isPaired = false
    /// A table `KEY<TAB>GROUP` of rows that belong together, for paired tests.
    public var groups: String?
    /// Points of the map at most.
    public var points = 2000
    /// What the page names as the command that made it.
    public var command: [String] = []

    /// The defaults above.
    public init(_ results: [String], out: String) { (self.results, self.out) = (results, out) }

    /// Writes the page and its files.
    /// - Returns: the table as text.
    public func run(log: Log = Log()) throws -> String {
        try Paths.requireFresh(out)
        try Paths.requireFresh(files)
        let images = images.isEmpty ? nil : try ReportImages(images, log: log)
        let methods = try results.map { try method($0, images) }
        try requireOneKind(methods)
        var report = Report(title: title, methods: methods, notes: notes)
        report.map = try map()
        report.comparison = try comparison()
        report.provenance = try provenance()
        if let images {
            let keys = (report.map?.keys ?? []) + methods.flatMap(\.exampleKeys)
            report.thumbnails = try ThumbnailSheet(keys: keys) { images.image(of: $0) }
            images.warnOfMissing()
        }
        try write(ReportFiles(report))
        return report.table
    }

    private func write(_ output: ReportFiles) throws {
        try FileSystem.makeFolder(FileSystem.parent(out))
        Temporaries.sweep(beside: out)
        let staged = try StagedFolder(files)
        try output.write(to: staged.path)
        try staged.commit()
        try FileSystem.write(output.html, to: out)
    }

    /// A page has rows with several labels, or none of them.
    private func requireOneKind(_ methods: [ReportMethod]) throws {
        guard Set(methods.map(\.isSeveral)).count < 2 else {
            throw UsageError(
                "some results have one class a row and others several labels; write a page for each"
            )
        }
        guard embeddings.isEmpty || !methods.contains(where: \.isSeveral) else {
            throw UsageError(
                "--embeddings draws one class a point, but the rows have several labels; leave it "
                    + "out")
        }
    }

    private func comparison() throws -> Comparison? {
        guard isPaired else { return nil }
        return try EvaluationTables.checked {
            let stored = try results.map { result in
                let (name, folder) = Paths.named(result)
                return try StoredEvaluation(folder: folder, name: name)
            }
            let names = try groups.map { try GroupNames($0).of(stored[0].keys) }
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
        return try EvaluationTables.checked {
            var method = try ReportMethod(folder: folder, name: name)
            guard let images else { return method }
            if !method.isSeveral {
                method.result.mistakes = try EvaluationOutput.mistakes(in: folder, limit: 10)
            }
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
        return try EvaluationTables.checked { try EmbeddingMap(tables, limit: points) }
    }

    private func provenance() throws -> Provenance {
        var files = results.map { "\(Paths.named($0).path)/metrics.json" }
        for text in embeddings {
            let path = Paths.named(text).path
            files += [path, EmbeddingTable.keysPath(for: path)]
        }
        files += images.filter { FileSystem.kind($0) == .file }
        return Provenance(
            command: command, inputs: try files.map { try InputFile(file: $0) })
    }
}
