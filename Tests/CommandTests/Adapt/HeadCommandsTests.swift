import CambiumFiles
import CambiumTestFolders
import Foundation
import Testing

/// Heads beyond the preset: `adapt --head`, `--search`, `--import` and `--export`, labels in
/// numbers, and the variants of `evaluate knn`.
@Suite struct HeadCommandsTests {
    private let folder: TemporaryFolder
    private let classes = ["chest x-ray", "brain mri", "skin photo"]
    private let width = 8

    init() throws { folder = try TemporaryFolder() }

    private func place(_ name: String) -> String { "\(folder.path)/\(name)" }

    private func succeed(_ arguments: [String]) throws -> Program.Result {
        let result = try Program.run(arguments)
        #expect(result.status == 0, "\(result.stderr)")
        return result
    }

    private func complaint(_ arguments: [String]) throws -> String {
        let answer = try Program.run(arguments + ["--quiet"])
        #expect(answer.status == 2 && answer.stdout.isEmpty, "\(answer.stdout)")
        #expect(answer.complaints.count == 1, "\(answer.stderr)")
        return answer.stderr
    }

    /// A table of clouds, a class each in turn; groups of three rows.
    private func table(
        _ name: String, rows: Int, seed: UInt64, spread: Double = 0.3
    ) throws -> String {
        var generator = SeededGenerator(seed: seed)
        var vectors: [Float] = []
        for row in 0..<rows {
            let values = (0..<width).map { spread * generator.normal() + ($0 == row % 3 ? 1 : 0) }
            let length = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
            vectors += values.map { Float($0 / length) }
        }
        try NPY.write(vectors, shape: [rows, width], to: place("\(name).npy"))
        let keys = (0..<rows).map { "\(name)-\($0)\t\($0 % 3 + 1)\t\(classes[$0 % 3])\n" }
        try FileSystem.write(keys.joined(), to: place("\(name).keys.tsv"))
        return place("\(name).npy")
    }

    private func tables() throws -> [String] {
        [
            "--train", try table("train", rows: 60, seed: 1), "--validation",
            try table("validation", rows: 30, seed: 2),
        ]
    }

    private func accuracy(_ adapter: String) throws -> Double {
        let test = try table("test", rows: 30, seed: 3)
        let out = place("result-\(UUID().uuidString)")
        _ = try succeed([
            "evaluate", "adapter", "--adapter", adapter, "--test", test, "--out", out,
            "--resamples", "10", "--quiet",
        ])
        return try #require(JSON(file: "\(out)/metrics.json")["accuracy"]?.number)
    }

    @Test(arguments: [
        ["--search", "--folds", "3", "--budget", "0"], ["--ensemble", "--folds", "3"],
        ["--head", "logistic"], ["--head", "mlp", "--calibrate"],
    ])
    func `several labels a row are learned every way`(options: [String]) throws {
        let (train, validation) = (
            try table("train", rows: 60, seed: 1), try table("validation", rows: 30, seed: 2)
        )
        for (name, rows) in [("train", 60), ("validation", 30)] {
            let labels = (0..<rows).flatMap { row in
                (0..<3).map { column -> Int in column == row % 3 ? 1 : 0 }
            }
            try NPY.write(labels, shape: [rows, 3], to: place("\(name)-labels.npy"))
        }
        try FileSystem.write(classes.map { $0 + "\n" }.joined(), to: place("classes.txt"))
        let run = try Program.run(
            [
                "adapt", "--train", train, "--validation", validation, "--classes",
                place("classes.txt"), "--train-labels", place("train-labels.npy"),
                "--validation-labels", place("validation-labels.npy"), "--out", place("adapter"),
                "--hidden", "8", "--learning-rate", "0.01",
            ] + options)
        #expect(run.status == 0, "\(run.stderr)")
        let record = try JSON(file: place("adapter/config.json"))
        #expect(record["task"] == "multi-label")
        #expect((record["validation"]?["mauc"]?.number ?? 0) > 0.9)
        let measured = try Program.run([
            "evaluate", "adapter", "--adapter", place("adapter"), "--test", validation,
            "--labels", place("validation-labels.npy"), "--out", place("measured"),
            "--resamples", "10", "--json",
        ])
        #expect(measured.status == 0, "\(measured.stderr)")
        let metrics = try JSON(parsing: measured.stdout)
        #expect(metrics["task"] == "multi-label" && metrics["count"] == 30)
        #expect(
            abs((metrics["mauc"]?.number ?? 0) - (record["validation"]?["mauc"]?.number ?? 9))
                < 1e-9)
        #expect(FileSystem.kind(place("measured/report.html")) == .file)
        if options.contains("--search") {
            #expect(record["search"]?["left_out"]?.array?.isEmpty == false)
        }
    }

    @Test(arguments: [
        ["--head", "logistic"], ["--head", "logistic", "--strength", "10"],
        ["--head", "prototype"], ["--head", "tip-adapter"],
        ["--head", "mlp", "--class-weights", "balanced", "--calibrate"],
        ["--head", "mlp-conv-lean", "--focal-gamma", "2", "--cosine"],
        ["--head", "tip-adapter-f", "--label-smoothing", "0.1"],
        ["--head", "mlp", "--ensemble", "--folds", "3", "--logit-adjustment", "1"],
    ])
    func `every head learns, is written, read back and evaluated`(options: [String]) throws {
        let adapter = place("adapter")
        _ = try succeed(
            ["adapt", "--out", adapter, "--quiet", "--hidden", "8", "--learning-rate", "0.01"]
                + tables() + options)
        #expect(try accuracy(adapter) >= 0.8)
        let record = try JSON(file: "\(adapter)/config.json")
        #expect(record["validation"]?["mcc"]?.number != nil)
        if options.contains("--calibrate") { #expect(record["temperature"]?.number != nil) }
        if options.contains("--ensemble") {
            #expect(record["members"] == 3 && record["training"]?["folds"] == 3)
        }
    }

    @Test func `a search says what it chose and why, the same each time`() throws {
        let groups = (0..<60).map { "train-\($0)\tp\($0 / 3)\n" }
        try FileSystem.write(groups.joined(), to: place("groups.tsv"))
        let arguments =
            [
                "adapt", "--search", "--folds", "3", "--groups", place("groups.tsv"), "--budget",
                "900",
            ]
            + (try tables())
        let result = try succeed(arguments + ["--out", place("a")])
        #expect(result.stderr.contains("chose {"))
        let search = try #require(JSON(file: place("a/config.json"))["search"])
        #expect(search["grouped"] == true && search["budget_cut"] == false)
        #expect(search["why"]?.string?.contains("highest accuracy of") == true)
        #expect((search["trials"]?.array?.count ?? 0) > 20)
        _ = try succeed(arguments + ["--out", place("b"), "--quiet"])
        for name in ["config.json", "adapter.safetensors"] {
            #expect(try FileSystem.read(place("a/\(name)")) == FileSystem.read(place("b/\(name)")))
        }
        #expect(try accuracy(place("a")) >= 0.8)
        _ = try succeed(
            ["adapt", "--search", "--folds", "3", "--budget", "0", "--out", place("c"), "--quiet"]
                + tables())
        let cut = try #require(JSON(file: place("c/config.json"))["search"])
        #expect(cut["budget_cut"] == true && cut["trials"]?.array?.count == 1)
    }

    @Test func `a state dictionary goes out for torch.load and comes back in`() throws {
        let pth = place("best_metric_model.pth")
        _ = try succeed(
            ["adapt", "--out", place("a"), "--hidden", "8", "--quiet", "--export", pth] + tables())
        let labels = try folder.write(classes.map { $0 + "\n" }.joined(), to: "unique_texts.txt")
        _ = try succeed([
            "adapt", "--import", pth, "--classes", labels, "--out", place("b"), "--quiet",
        ])
        let weights = "adapter.safetensors"
        #expect(
            try FileSystem.read(place("a/\(weights)")) == FileSystem.read(place("b/\(weights)")))
        #expect(try accuracy(place("a")) == accuracy(place("b")))
        try FileSystem.write("one\n", to: labels)
        let line = try complaint([
            "adapt", "--import", pth, "--classes", labels, "--out", place("c"),
        ])
        #expect(line.contains("has 3 classes, the label file has 1"))
    }

    @Test func `rows with several labels are learned`() throws {
        let labels = try folder.write(classes.map { $0 + "\n" }.joined(), to: "unique_texts.txt")
        let arguments = try tables()
        func write(_ rows: Int, to name: String) throws {
            let values = (0..<rows).flatMap { row in
                (0..<3).map { Int64($0 == row % 3 || (row % 3 == 0 && $0 == 2) ? 1 : 0) }
            }
            try NPY.write(values.map(Float.init), shape: [rows, 3], to: place(name))
        }
        try write(60, to: "t.npy")
        try write(30, to: "v.npy")
        _ = try succeed(
            [
                "adapt", "--head", "mlp", "--out", place("a"), "--quiet", "--classes", labels,
                "--train-labels", place("t.npy"), "--validation-labels", place("v.npy"),
                "--learning-rate", "0.01", "--track", "mauc", "--hidden", "16",
            ] + arguments)
        let record = try JSON(file: place("a/config.json"))
        #expect(record["task"] == "multi-label")
        #expect(try #require(record["validation"]?["mauc"]?.number) > 0.9)
        _ = try succeed([
            "evaluate", "adapter", "--adapter", place("a"), "--test",
            try table("test", rows: 12, seed: 5), "--out", place("scores"), "--quiet",
        ])
        let scores = try NPY(place("scores/scores.npy"))
        #expect(scores.shape == [12, 3])
        #expect(try scores.doubles().allSatisfy { (0...1).contains($0) })
        let line = try complaint(
            [
                "adapt", "--out", place("b"), "--train-labels", place("v.npy"),
                "--validation-labels", place("v.npy"), "--classes", labels,
            ] + arguments)
        #expect(line.contains("[60, 3] expected"))
    }

    @Test func `neighbours can leave one out, or a group, and vote by softmax`() throws {
        let train = try table("train", rows: 60, seed: 1, spread: 0.7)
        func evaluate(_ more: [String]) throws -> Double {
            let out = place("knn-\(UUID().uuidString)")
            _ = try succeed(
                [
                    "evaluate", "knn", "--train", train, "--test", train, "--k", "5", "--out", out,
                    "--resamples", "10", "--quiet",
                ] + more)
            return try #require(JSON(file: "\(out)/metrics.json")["accuracy"]?.number)
        }
        #expect(try evaluate(["--weights", "distance"]) == 1)
        let one = try evaluate(["--weights", "distance", "--leave-one-out"])
        #expect(one < 1 && one > 0.4)
        let groups = (0..<60).map { "train-\($0)\t\($0)\n" }
        try FileSystem.write(groups.joined(), to: place("groups.tsv"))
        #expect(
            try evaluate(["--weights", "distance", "--exclude-groups", place("groups.tsv")]) == one)
        #expect(try evaluate(["--weights", "softmax", "--temperature", "0.02"]) == 1)
        let line = try complaint([
            "evaluate", "knn", "--train", train, "--test", try table("test", rows: 9, seed: 4),
            "--leave-one-out", "--out", place("x"),
        ])
        #expect(line.contains("--leave-one-out needs one table"))
    }
}
