internal import CambiumCorpus
internal import CambiumFiles
internal import Foundation

/// Says what a file or folder is, told from its content.
public struct InspectJob: Sendable {
    /// A file or folder.
    public var path: String
    /// Whether every tensor of weights is listed.
    public var listsTensors = false
    /// Where a page about a data set goes; nothing may stand there. nil: none is written.
    public var page: String?
    /// Threads for the page, which does not depend on them.
    public var workers = ProcessInfo.processInfo.activeProcessorCount

    /// A look at a path.
    public init(path: String) { self.path = path }

    /// Looks, and writes the page.
    public func run(log: Log = Log()) throws -> Inspection {
        try Paths.requireInput(path)
        if let page { try Paths.requireFresh(page) }
        let inspection =
            FileSystem.kind(path) == .folder
            ? try FolderInspector(path).inspect()
            : try FileInspector(path, listsTensors: listsTensors).inspect()
        if let page { try write(page, inspection, log) }
        return inspection
    }

    private func write(_ page: String, _ inspection: Inspection, _ log: Log) throws {
        guard inspection.kind == "data set" else {
            throw UsageError("\(path): is a \(inspection.kind); --html is for data sets")
        }
        let progress = ImageProgress("inspect", log)
        let survey = try DataSetSurvey(path, workers: workers) { progress.show($0) }
        progress.finish()
        try FileSystem.makeFolder(FileSystem.parent(page))
        Temporaries.sweep(beside: page)
        try FileSystem.write(DataSetPage(survey).html, to: page)
    }
}
