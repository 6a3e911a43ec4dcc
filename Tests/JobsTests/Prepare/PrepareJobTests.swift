import CambiumCorpus
import CambiumFiles
import CambiumJobs
import CambiumTestFolders
import Testing

@Suite struct PrepareJobTests {
    private let folder: TemporaryFolder
    private let listener = Listener()
    private let release = Repository.fixture("EncodersTests", "mi2-mini")

    init() throws {
        folder = try TemporaryFolder()
        for (label, name) in [
            ("a", "grey.png"), ("a", "square.png"), ("a", "wide.png"), ("b", "photo.jpg"),
            ("b", "small.png"), ("b", "exact.png"),
        ] {
            try folder.write(
                FileSystem.read("\(release)/images/\(name)"), to: "pictures/\(label)/\(name)")
        }
    }

    private var options: PrepareOptions {
        var options = PrepareOptions(
            folder: "\(folder.path)/pictures", out: "\(folder.path)/data")
        (options.size, options.duplicates) = (16, .report)
        return options
    }

    @Test func `a folder becomes a data set that is without fault`() throws {
        let summary = try #require(try PrepareJob(options).run(log: Log(to: listener)))
        #expect(summary.images.reduce(0) { $0 + $1.count } == 6 && summary.classes == 2)
        #expect(listener.heard.first == "prepare 0 of 6 images")
        #expect(listener.heard.last == "end")
        var checks = ValidationOptions(path: options.out)
        checks.fewImages = 1
        let report = try ValidateJob(checks).run(log: Log(to: listener))
        #expect(report.errors == report.findings.count { $0.code.severity == .error })
        #expect(report.images.reduce(0) { $0 + $1.count } == 6)
    }

    @Test func `what cannot be prepared or checked is the user's mistake`() throws {
        var wrong = options
        wrong.size = 0
        #expect(throws: UsageError.self) { try PrepareJob(wrong).run() }
        #expect(FileSystem.kind(options.out) == nil)
        #expect(throws: UsageError.self) {
            try ValidateJob(ValidationOptions(path: options.out)).run()
        }
    }
}
