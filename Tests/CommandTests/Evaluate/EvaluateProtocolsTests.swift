import CambiumFiles
import CambiumTestFolders
import Testing

/// Scores of 60 test and 60 validation rows of three classes, as files with keys.
private struct ScoreBench {
    let folder = try? TemporaryFolder()
    var path: String { folder?.path ?? "" }

    func place(_ name: String) -> String { "\(path)/\(name)" }

    /// Writes NAME.npy and NAME.tsv (keys) and NAME-labels.npy.
    func write(_ name: String, seed: UInt64, sharp: Int = 8) throws {
        var generator = SeededGenerator(seed: seed)
        var (scores, keys): ([Double], String) = ([], "")
        for row in 0..<60 {
            var units = (0..<3).map { _ in 1 + generator.index(below: 10) }
            units[row % 3] += generator.index(below: sharp)
            let sum = units.reduce(0, +)
            scores += units.map { Double($0) / Double(sum) }
            keys += "\(name)/\(row)\t\(row % 3 + 1)\tclass \(row % 3 + 1)\n"
        }
        try NPY.write(scores, shape: [60, 3], to: place("\(name).npy"))
        try NPY.write((0..<60).map { $0 % 3 }, to: place("\(name)-labels.npy"))
        try FileSystem.write(keys, to: place("\(name).tsv"))
    }

    func evaluate(_ name: String, out: String, _ more: String...) throws -> Program.Result {
        try Program.run(
            [
                "evaluate", "scores", "--scores", place("\(name).npy"), "--labels",
                place("\(name).tsv"), "--out", place(out), "--resamples", "40",
            ] + more)
    }
}

@Suite struct EvaluateProtocolsTests {
    @Test func `thresholds come from the validation rows, beside the highest score`() throws {
        let bench = ScoreBench()
        try bench.write("test", seed: 1)
        try bench.write("validation", seed: 2)
        #expect(try bench.evaluate("validation", out: "v").status == 0)
        let run = try bench.evaluate(
            "test", out: "t", "--validation", bench.place("v"), "--operating-point",
            "sensitivity=0.9", "--criterion", "f1")
        #expect(run.status == 0 && run.stderr.isEmpty, "\(run.stderr)")
        let metrics = try JSON(file: bench.place("t/metrics.json"))
        let protocols = try #require(metrics["protocols"])
        #expect(protocols["argmax"]?["macro"] == metrics["macro"])
        let chosen = try #require(protocols["thresholds"]?.array)
        #expect(chosen.count == 1 && chosen[0]["criterion"] == "f1")
        #expect(chosen[0]["chosen_on"] == "validation" && metrics["chosen_on_test"] == false)
        #expect(chosen[0]["intervals"]?["macro_f1"]?.array?.count == 2)
        let point = try #require(metrics["operating_points"]?.array?.first)
        #expect(point["criterion"] == "sensitivity=0.9")
        for entry in try #require(point["per_class"]?.array) {
            let reached = try #require(entry["chosen_on"]?["sensitivity"]?.number)
            #expect(reached >= 0.9)
            #expect(entry["intervals"]?["sensitivity"]?.array?.count == 2)
        }
        #expect(metrics["warnings"] == [])
        let summary = try FileSystem.readText(bench.place("t/summary.md"))
        #expect(summary.contains("## Protocols") && summary.contains("## Operating point"))
        // The same rows as files give the same thresholds.
        let files = try bench.evaluate(
            "test", out: "f", "--validation-scores", bench.place("validation.npy"),
            "--validation-labels", bench.place("validation.tsv"), "--criterion", "f1")
        #expect(files.status == 0, "\(files.stderr)")
        #expect(
            try JSON(file: bench.place("f/metrics.json"))["protocols"]?["thresholds"]
                == protocols["thresholds"])
    }

    @Test func `choosing on the test rows is refused, or said in red`() throws {
        let bench = ScoreBench()
        try bench.write("test", seed: 1)
        #expect(try bench.evaluate("test", out: "v").status == 0)
        let refused = try bench.evaluate("test", out: "t", "--validation", bench.place("v"))
        #expect(refused.status == 2 && refused.stderr.contains("60 of its rows are test rows"))
        let bare = try bench.evaluate("test", out: "t", "--criterion", "youden")
        #expect(bare.status == 2 && bare.stderr.contains("--choose-on-test"))
        // Rows without keys are told by their contents.
        let plain = [
            "evaluate", "scores", "--scores", bench.place("test.npy"), "--labels",
            bench.place("test-labels.npy"), "--validation-scores", bench.place("test.npy"),
            "--validation-labels", bench.place("test-labels.npy"), "--out", bench.place("t"),
        ]
        #expect(try Program.run(plain).status == 2)
        #expect(FileSystem.kind(bench.place("t")) == nil)
        let told = try bench.evaluate("test", out: "t", "--choose-on-test")
        #expect(told.status == 0 && told.stderr.contains("optimistic"))
        let metrics = try JSON(file: bench.place("t/metrics.json"))
        #expect(metrics["chosen_on_test"] == true)
        #expect(metrics["warnings"]?.array?.count == 1)
        let page = try FileSystem.readText(bench.place("t/report.html"))
        #expect(page.contains("class=\"alarm\"") && page.contains("chosen on test rows"))
    }

    @Test func `rows with several labels have metrics, thresholds and a comparison`() throws {
        let bench = ScoreBench()
        for (name, seed) in [("test", UInt64(1)), ("validation", 2), ("other", 3)] {
            try bench.write(name, seed: seed)
            let truth: [Int] = (0..<180).map { $0 % 3 == $0 / 3 % 3 || $0 % 7 == 0 ? 1 : 0 }
            try NPY.write(
                truth, shape: [60, 3],
                to: bench.place("\(name)-hot.npy"))
        }
        func run(_ name: String, _ out: String, _ more: String...) throws -> Program.Result {
            try Program.run(
                [
                    "evaluate", "scores", "--scores", bench.place("\(name).npy"), "--labels",
                    bench.place("\(name)-hot.npy"), "--keys", bench.place("test.tsv"),
                    "--threshold", "0.3", "--out", bench.place(out), "--resamples", "30",
                ] + more)
        }
        let first = try run(
            "test", "a", "--validation-scores", bench.place("validation.npy"),
            "--validation-labels", bench.place("validation-hot.npy"))
        #expect(first.status == 0, "\(first.stderr)")
        let metrics = try JSON(file: bench.place("a/metrics.json"))
        #expect(metrics["task"] == "multi-label" && metrics["mcc"] == JSON.null)
        #expect(metrics["notes"]?["mcc"]?.string?.contains("several labels") == true)
        #expect(metrics["samples"]?["f1"]?.number != nil)
        #expect(metrics["per_class"]?.array?[0]["threshold"] == 0.3)
        #expect(metrics["protocols"]?["thresholds"]?.array?.count == 2)
        #expect(metrics["intervals"]?["hamming_loss"]?.array?.count == 2)
        #expect(try NPY(bench.place("a/labels.npy")).shape == [60, 3])
        #expect(try run("other", "b").status == 0)
        let compared = try Program.run([
            "compare", "one=\(bench.place("a"))", bench.place("b"), "--out", bench.place("c"),
            "--json", "--resamples", "30",
        ])
        #expect(compared.status == 0, "\(compared.stderr)")
        #expect(
            try FileSystem.readText(bench.place("c/report.html")).contains("id=\"paired\""))
        let page = try Program.run([
            "report", "one=\(bench.place("a"))", bench.place("b"), "--paired", "--out",
            bench.place("page.html"),
        ])
        #expect(page.status == 0 && page.stdout.contains("| one |"), "\(page.stderr)")
        #expect(
            try FileSystem.readText(bench.place("page.html")).contains("Differences on the same"))
        #expect(FileSystem.kind(bench.place("page-files/1-roc.png")) == .file)
        let json = try JSON(parsing: compared.stdout)
        #expect(json == (try JSON(file: bench.place("c/comparison.json"))))
        #expect(json["models"]?.array?[0]["name"] == "one")
        #expect(json["metrics"]?.array?.contains("hamming_loss") == true)
        #expect(json["pairs"]?.array?[0]["delong"]?.array?.count == 3)
        try NPY.write(
            [Int](repeating: 2, count: 180), shape: [60, 3], to: bench.place("test-hot.npy"))
        let bad = try run("test", "d")
        #expect(bad.status == 2 && bad.stderr.contains("0 or 1 expected"))
    }

    @Test func `decisions by thresholds are compared where they were chosen on other rows`() throws
    {
        let bench = ScoreBench()
        try bench.write("test", seed: 1)
        try bench.write("validation", seed: 2)
        #expect(try bench.evaluate("validation", out: "v").status == 0)
        #expect(try bench.evaluate("test", out: "bare").status == 0)
        try bench.write("other", seed: 3)
        try FileSystem.write(FileSystem.read(bench.place("test.tsv")), to: bench.place("other.tsv"))
        for name in ["test", "other"] {
            let run = try bench.evaluate(
                name, out: "\(name)-t", "--validation", bench.place("v"), "--criterion", "f1")
            #expect(run.status == 0, "\(run.stderr)")
        }
        func compare(_ second: String, _ decisions: String) throws -> Program.Result {
            try Program.run([
                "compare", bench.place("test-t"), bench.place(second), "--protocol", decisions,
                "--json", "--resamples", "30",
            ])
        }
        let compared = try compare("other-t", "thresholds:f1")
        #expect(compared.status == 0, "\(compared.stderr)")
        let json = try JSON(parsing: compared.stdout)
        let own = try JSON(file: bench.place("test-t/metrics.json"))
        let chosen = try #require(own["protocols"]?["thresholds"]?.array?.first)
        #expect(json["models"]?.array?[0]["metrics"]?["macro_f1"] == chosen["macro"]?["f1"])
        #expect(json["models"]?.array?[0]["metrics"]?["mcc"] == nil)
        #expect(json["notes"]?.array?.first?.string?.contains("own threshold") == true)
        #expect(try compare("other-t", "thresholds").stdout == compared.stdout)
        let none = try compare("bare", "thresholds")
        #expect(none.status == 2 && none.stderr.contains("--criterion"), "\(none.stderr)")
        #expect(try compare("other-t", "threshold").status == 2)
        let mixed = try Program.run([
            "report", bench.place("test-t"), bench.place("bare"), "--paired", "--out",
            bench.place("page.html"),
        ])
        #expect(mixed.status == 0, "\(mixed.stderr)")
        #expect(
            try FileSystem.readText(bench.place("page.html")).contains("Differences on the same"))
    }

    @Test func `subgroups of any column, and the same bytes on one core`() throws {
        let bench = ScoreBench()
        try bench.write("test", seed: 1)
        let table = (0..<60).map { "test/\($0),\($0 < 25 ? "f" : "m"),\($0)\n" }.joined()
        try FileSystem.write("key,Sex,age\n\(table)", to: bench.place("people.csv"))
        let arguments = ["--subgroups", bench.place("people.csv"), "--by", "sex"]
        let run = try bench.evaluate("test", out: "a", arguments[0], arguments[1], "--by", "sex")
        #expect(run.status == 0, "\(run.stderr)")
        let text = try FileSystem.readText(bench.place("a/metrics.json"))
        let groups = try #require(try JSON(parsing: text)["subgroups"]?.array?.first)
        #expect(groups["groups"]?.array?.map { $0["count"] } == [25, 35])
        #expect(groups["gaps"]?.array?.isEmpty == false)
        #expect(try FileSystem.readText(bench.place("a/summary.md")).contains("Subgroups by sex"))
        let slow = try Program.shell(
            "taskset -c 0 \"$0\" evaluate scores --scores \(bench.place("test.npy")) --labels "
                + "\(bench.place("test.tsv")) --resamples 40 --out \(bench.place("b")) "
                + arguments.joined(separator: " "))
        #expect(slow.status == 0, "\(slow.stderr)")
        var other = try JSON(file: bench.place("b/metrics.json")).object
        var own = try JSON(parsing: text).object
        other?.removeValue(forKey: "provenance")
        own?.removeValue(forKey: "provenance")
        #expect(own == other)
        let missing = try bench.evaluate(
            "test", out: "c", arguments[0], arguments[1], "--by", "height")
        #expect(missing.status == 2 && missing.stderr.contains("no column height"))
        #expect(try bench.evaluate("test", out: "c", "--by", "sex").status == 2)
    }

    @Test func `retrieval and compare refuse what they cannot use`() throws {
        let bench = ScoreBench()
        try bench.write("test", seed: 1)
        try FileSystem.write(
            try FileSystem.readText(bench.place("test.tsv")), to: bench.place("e.keys.tsv"))
        try NPY.write(
            (0..<120).map { Float($0 * 7 % 11) - 5 }, shape: [60, 2], to: bench.place("e.npy"))
        let run = try Program.run([
            "evaluate", "retrieval", "--queries", bench.place("e.npy"), "--out", bench.place("r"),
            "--at", "3", "--resamples", "20",
        ])
        #expect(run.status == 0, "\(run.stderr)")
        let metrics = try JSON(file: bench.place("r/metrics.json"))
        #expect(metrics["metrics"]?["precision_at_3"]?.number != nil && metrics["count"] == 60)
        try expectComplaint(
            ["compare", bench.place("r"), bench.place("r")], status: 2, mentions: "a retrieval")
        try expectComplaint(["compare", bench.place("r")], status: 2, mentions: "at least two")
        try expectComplaint(
            [
                "evaluate", "scores", "--scores", "x", "--labels", "y", "--out", "z", "--criterion",
                "f2",
            ],
            status: 2, mentions: "youden")
    }
}
