import CambiumFiles
import CambiumTestFolders
import Testing

/// `inspect` on what other commands leave, and words that are no command.
@Suite struct InspectResultsTests {
    private let bench: Bench

    init() throws { bench = try Bench() }

    @Test func `lines, heads, comparisons and embeddings are told`() throws {
        try bench.folder.write(
            """
            {"schema": 1, "stages": {"b": {"began": "2", "seconds": 1.5, "status": "done"},
             "a": {"began": "1", "seconds": 2, "status": "failed"}}}
            """, to: "line/lineage.json")
        var answer = try Program.run("inspect", bench.place("line"))
        #expect(answer.status == 0 && answer.stdout.contains("line of cambium run"))
        #expect(answer.stdout.contains("failed   a") && answer.stdout.contains("4 in all"))
        try bench.folder.write("{}", to: "broken/lineage.json")
        try expectComplaint(
            ["inspect", bench.place("broken")], status: 1, mentions: "is no lineage")
        let data = try bench.dataSet()
        let table = bench.place("e.npy")
        _ = try Program.run(
            "embed", "--model", bench.release, "--images", "\(data)/train_images.tsv", "--out",
            table, "-q")
        answer = try Program.run("inspect", table)
        #expect(answer.stdout.contains("made by") && answer.stdout.contains("intensity"))
        _ = try Program.run(
            "adapt", "--train", table, "--validation", table, "--head", "prototype", "--out",
            bench.place("head"), "-q")
        answer = try Program.run("inspect", bench.place("head"))
        #expect(answer.stdout.contains("adapter") && answer.stdout.contains("made by"))
        for name in ["one", "two"] {
            _ = try Program.run(
                "evaluate", "knn", "--train", table, "--test", table, "-k", "1", "--out",
                bench.place(name), "--resamples", "10", "-q")
        }
        _ = try Program.run(
            "compare", bench.place("one"), bench.place("two"), "--out", bench.place("both"), "-q")
        answer = try Program.run("inspect", bench.place("both"))
        #expect(answer.stdout.contains("comparison") && answer.stdout.contains("KNN (k = 1"))
    }

    @Test func `what is no command is named, with the nearest that is one`() throws {
        let near = try Program.run("inspekt", "--out", "x")
        #expect(near.status == 2 && near.stderr.contains("inspekt: is no command of cambium; did"))
        let far = try Program.run("zzzzzz")
        #expect(far.status == 2 && far.stderr.contains("see cambium --help"))
        #expect(try Program.run("help").status == 0)
    }
}
