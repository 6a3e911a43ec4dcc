import CambiumEvaluation
import CambiumFiles
import CambiumJobs
import CambiumTestFolders
import Testing

/// Evaluations as a library's caller does them.
@Suite struct EvaluationJobsTests {
    private let clouds: Clouds
    private let listener = Listener()

    init() throws { clouds = try Clouds() }

    private var log: Log { Log(to: listener) }

    private func options(_ name: String) -> EvaluationOptions {
        var options = EvaluationOptions(out: clouds.place(name))
        (options.resamples, options.command) = (20, ["a", "caller"])
        return options
    }

    private func tables() throws -> TrainAndTestTables {
        TrainAndTestTables(
            train: try clouds.table("train", rows: 60, seed: 1),
            test: try clouds.table("test", rows: 30, seed: 2))
    }

    @discardableResult
    private func neighbors(_ name: String, k: Int = 5) throws -> EvaluationResult? {
        var job = KNNEvaluation(try tables(), options(name))
        job.k = k
        return try job.run(log: log)
    }

    @Test func `neighbours are measured, written and given back`() throws {
        let result = try #require(try neighbors("knn"))
        #expect(result.document == (try FileSystem.readText(clouds.place("knn/metrics.json"))))
        #expect(try #require(try clouds.number("accuracy", in: "knn/metrics.json")) > 0.6)
        #expect(result.document.contains("\"caller\""))
        #expect(result.summary.contains("KNN (k = 5, cosine, uniform)"))
        #expect(listener.heard.isEmpty)
    }

    @Test func `a group's own rows do not vote`() throws {
        let table = try clouds.table("rows", rows: 30, seed: 3)
        func accuracy(_ name: String, _ change: (inout KNNEvaluation) throws -> Void) throws
            -> Double?
        {
            var job = KNNEvaluation(
                TrainAndTestTables(train: table, test: table), options(name))
            job.k = 1
            try change(&job)
            _ = try job.run(log: log)
            return try clouds.number("accuracy", in: "\(name)/metrics.json")
        }
        #expect(try accuracy("itself") { _ in } == 1)
        let alone = try accuracy("left-out") { $0.leavesOneOut = true }
        let grouped = try accuracy("grouped") {
            $0.excludedGroups = try clouds.groups("rows", rows: 30, each: 1)
        }
        #expect(alone == grouped)
        #expect(try #require(alone) < 1)
    }

    @Test func `the most frequent class is the line to beat`() throws {
        let result = try MajorityEvaluation(try tables(), options("majority")).run(log: log)
        #expect(result.summary.contains("Majority class"))
        #expect(
            try #require(try clouds.number("accuracy", in: "majority/metrics.json")) == 1.0 / 3)
    }

    @Test func `scores of a written result give it again`() throws {
        try neighbors("knn")
        let files = ScoreFiles(
            scores: clouds.place("knn/scores.npy"), labels: clouds.place("knn/scores.keys.tsv"))
        _ = try ScoresEvaluation(files, options("scores")).run(log: log)
        #expect(
            try clouds.number("accuracy", in: "scores/metrics.json")
                == clouds.number("accuracy", in: "knn/metrics.json"))
    }

    @Test func `a missing picture is a warning of the log`() throws {
        var options = options("pictures")
        options.images = Repository.fixture("EncodersTests", "mi2-mini/images")
        var job = KNNEvaluation(try tables(), options)
        job.k = 60
        _ = try job.run(log: log)
        #expect(!listener.heard.isEmpty)
        #expect(listener.heard.allSatisfy { $0.hasPrefix("warning no image for the key test-") })
    }

    @Test func `retrieval`() throws {
        var job = RetrievalEvaluation(
            queries: try clouds.table("queries", rows: 12, seed: 4),
            out: clouds.place("retrieval"))
        (job.resamples, job.depths) = (20, [1])
        let result = try job.run()
        #expect(
            result.document == (try FileSystem.readText(clouds.place("retrieval/metrics.json"))))
        #expect(
            result.summary == (try FileSystem.readText(clouds.place("retrieval/summary.md"))))
    }

    @Test func `results are compared and stand on one page`() throws {
        try neighbors("one", k: 1)
        try neighbors("many", k: 9)
        var comparison = ComparisonJob([clouds.place("one"), "Many=\(clouds.place("many"))"])
        (comparison.out, comparison.resamples) = (clouds.place("comparison"), 20)
        let result = try comparison.run()
        #expect(
            result.document
                == (try FileSystem.readText(clouds.place("comparison/comparison.json"))))
        #expect(result.summary.contains("Many"))

        let report = ReportJob(
            [clouds.place("one"), "Many=\(clouds.place("many"))"],
            out: clouds.place("page.html"))
        #expect(try report.run(log: log).contains("Many"))
        #expect(FileSystem.kind(clouds.place("page.html")) == .file)
        #expect(FileSystem.kind(clouds.place("page-files")) == .folder)
        #expect(listener.heard.isEmpty)
    }

    @Test func `a map has a point for every row of its tables`() throws {
        var job = MapJob([try tables().train, try tables().test], out: clouds.place("map.npy"))
        job.neighbors = 5
        try job.run()
        let map = try EmbeddingTable(clouds.place("map.npy"))
        #expect(map.rows == 90 && map.dimension == 2)
    }

    @Test func `what cannot be used is refused before anything is written`() throws {
        var job = KNNEvaluation(try tables(), options("refused"))
        job.tables.test = clouds.place("nowhere.npy")
        #expect(throws: UsageError.self) { try job.run(log: log) }
        #expect(FileSystem.kind(clouds.place("refused")) == nil)
        try neighbors("taken")
        #expect(throws: UsageError.self) { try neighbors("taken") }
    }

    @Test func `groups need one line a key`() throws {
        for text in ["test-0\tp1\ntest-0\tp2\n", "test-0 p1\n", "train-0\tp1\n"] {
            var options = options("groups")
            options.groups = try clouds.folder.write(text, to: "groups.tsv")
            let job = KNNEvaluation(try tables(), options)
            #expect(throws: UsageError.self, "\(text)") { try job.run(log: log) }
        }
    }
}
