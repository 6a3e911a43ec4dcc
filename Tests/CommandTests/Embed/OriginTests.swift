import CambiumFiles
import CambiumTestFolders
import Testing

/// What embeddings, heads and models know of how they came to be, from `train` to `package`.
@Suite struct OriginTests {
    private let bench: Bench

    init() throws { bench = try Bench() }

    @discardableResult
    private func succeed(_ arguments: String...) throws -> Program.Result {
        let answer = try Program.run(arguments + ["--quiet"])
        #expect(answer.status == 0, "\(arguments): \(answer.stderr)")
        return answer
    }

    /// Embeds images; gives the table.
    private func embed(
        _ name: String, of images: String, _ more: String..., by model: String? = nil
    ) throws -> String {
        let out = bench.place("\(name).npy")
        let answer = try Program.run(
            ["embed", "--model", model ?? bench.release, "--images", images, "--out", out, "-q"]
                + more)
        #expect(answer.status == 0, "\(answer.stderr)")
        return out
    }

    /// Fills in the classes, as a user does.
    private func fill(_ table: String) throws {
        let path = "\(table.dropLast(4)).keys.tsv"
        let rows = try FileSystem.readText(path).split(separator: "\n").map { row in
            let key = row.prefix { $0 != "\t" }
            return "\(key)\t\(key.hasPrefix("heart") ? "1\theart" : "2\tläsion b")\n"
        }
        try FileSystem.write(rows.joined(), to: path)
    }

    private func origin(_ table: String) throws -> JSON {
        try JSON(file: "\(table.dropLast(4)).json")
    }

    @Test func `a table says what made it, and other programs' files stay`() throws {
        let data = try bench.dataSet()
        let table = try embed("train", of: "\(data)/train_images.tsv")
        let origin = try origin(table)
        #expect(origin["kind"] == "embeddings" && origin["encoder_learned_from"] == false)
        #expect(origin["reading"]?["intensity"]?["kind"] == "auto")
        #expect(origin["reading"]?["size"]?.array?.count == 2)
        let weights = "\(bench.release)/2024.09.27/vision_model/medimageinsigt-v1.0.0.pt"
        #expect(origin["model"]?["sha256"]?.string == (try Digest.sha256(file: weights)))
        // Files that are no table are read as they are told to be.
        let other = try embed("own", of: bench.pictures(), "--percentiles", "1,99")
        #expect(try self.origin(other)["reading"]?["intensity"]?["kind"] == "percentiles")
        // A file of that name which is something else is not overwritten.
        try bench.folder.write("{\"mine\": 1}", to: "notes.json")
        try expectComplaint(
            [
                "embed", "--model", bench.release, "--images", bench.picture, "--out",
                bench.place("notes.npy"),
            ], status: 2, mentions: "notes.json")
        #expect(try FileSystem.readText(bench.place("notes.json")) == "{\"mine\": 1}")
        // Other keys under an old description are no table of it.
        try FileSystem.write("a\t1\theart\n", to: bench.place("own.keys.tsv"))
        try expectComplaint(
            ["evaluate", "knn", "--train", table, "--test", other, "--out", bench.place("x")],
            status: 2, mentions: "own")
    }

    @Test func `tables of other models or recipes are not measured together`() throws {
        let pictures = try bench.pictures()
        let data = try bench.dataSet()
        let train = try embed("train", of: "\(data)/train_images.tsv")
        let test = try embed("test", of: "\(data)/test_images.tsv")
        let drawn = try embed("drawn", of: "\(data)/test_images.tsv", "--untrained", "3")
        let ranged = try embed("ranged", of: pictures, "--percentiles", "1,99")
        func knn(_ test: String, _ out: String) -> [String] {
            ["evaluate", "knn", "--train", train, "--test", test, "--k", "3", "--out"]
                + [bench.place(out)]
        }
        try succeed(
            "evaluate", "knn", "--train", train, "--test", test, "--k", "3", "--out",
            bench.place("good"), "--resamples", "10")
        try expectComplaint(knn(drawn, "a"), status: 2, mentions: "another model")
        try expectComplaint(knn(ranged, "b"), status: 2, mentions: "read in another way")
        try expectComplaint(
            [
                "evaluate", "zero-shot", "--model", bench.release, "--labels",
                "\(data)/unique_texts.txt", "--test", drawn, "--out", bench.place("c"),
            ], status: 2, mentions: "another model")
        try succeed(
            "adapt", "--train", train, "--validation", test, "--out", bench.place("head"),
            "--head", "prototype")
        try expectComplaint(
            [
                "evaluate", "adapter", "--adapter", bench.place("head"), "--test", drawn, "--out",
                bench.place("d"),
            ], status: 2, mentions: "another model")
        #expect(!(try bench.names()).contains { ["a", "b", "c", "d"].contains($0) })
    }

    @Test func `a bundle reads as its head's embeddings were read, or is none`() throws {
        let pictures = try bench.pictures()
        let table = try embed("ranged", of: pictures, "--percentiles", "1,99")
        let copy = try embed("copy", of: pictures, "--percentiles", "1,99")
        for path in [table, copy] { try fill(path) }
        let head = bench.place("head")
        try succeed(
            "adapt", "--train", table, "--validation", copy, "--out", head, "--head", "prototype")
        let labels = try bench.labels()
        try succeed(
            "package", "--model", bench.release, "--labels", labels, "--adapter", head, "--out",
            bench.place("bundle"))
        let preprocessing = try JSON(file: bench.place("bundle/bundle.json"))["preprocessing"]
        #expect(preprocessing?["intensity"]?["kind"] == "percentiles")
        // The bundle is the model: its embeddings go with the others.
        let again = try embed(
            "again", of: pictures, "--percentiles", "1,99", by: bench.place("bundle"))
        try fill(again)
        try succeed(
            "evaluate", "knn", "--train", table, "--test", again, "--k", "3", "--out",
            bench.place("knn"), "--resamples", "10")
        let data = try bench.dataSet()
        try expectComplaint(
            [
                "package", "--model", bench.release, "--labels", labels, "--adapter", head,
                "--data", data, "--out", bench.place("mixture"),
            ], status: 2, mentions: "another recipe")
        #expect(FileSystem.kind(bench.place("mixture")) == nil)
    }

    @Test func `rows that the encoder learned from choose nothing, and are marked`() throws {
        let recipe = try bench.tinyRecipe()
        let data = bench.place("data")
        let run = bench.place("run")
        try succeed("train", recipe, "--out", run, "--set", "MAX_NUM_EPOCHS=1")
        let learned = try JSON(file: "\(run)/model/training.json")
        #expect(learned["tables"]?.array?.count == 1)
        let train = try embed("train", of: "\(data)/train_images.tsv", by: "\(run)/model")
        let validation = try embed(
            "validation", of: "\(data)/validation_images.tsv", by: "\(run)/model")
        #expect(try origin(train)["encoder_learned_from"] == true)
        #expect(try origin(validation)["encoder_learned_from"] == false)
        let before = try embed(
            "before", of: "\(data)/train_images.tsv", "--untrained", "1", by: "\(run)/model")
        #expect(try origin(before)["encoder_learned_from"] == false)

        // A search is judged on the validation rows.
        let answer = try Program.run(
            "adapt", "--train", train, "--validation", validation, "--out", bench.place("head"),
            "--search", "--budget", "0")
        #expect(answer.status == 0 && answer.stderr.contains("chosen on the validation rows"))
        let search = try JSON(file: bench.place("head/config.json"))["search"]
        #expect(search?["judged_on"] == "validation" && search?["folds"] == .null)
        try expectComplaint(
            [
                "adapt", "--train", validation, "--validation", train, "--out",
                bench.place("wrong"),
            ], status: 2, mentions: "learned from these very rows")

        // Numbers on such rows are marked, and no thresholds come from them.
        func evaluate(_ test: String, _ out: String, _ more: String...) -> [String] {
            [
                "evaluate", "adapter", "--adapter", bench.place("head"), "--test", test, "--out",
                bench.place(out), "--resamples", "10",
            ] + more
        }
        let marked = try Program.run(evaluate(train, "remembered"))
        #expect(marked.status == 0 && marked.stderr.contains("learned from these very rows"))
        let metrics = try JSON(file: bench.place("remembered/metrics.json"))
        #expect(metrics["encoder_learned_from"] == true)
        let plain = try Program.run(evaluate(validation, "plain") + ["-q"])
        #expect(plain.status == 0 && !plain.stderr.contains("learned from"))
        try expectComplaint(
            evaluate(validation, "chosen", "--validation", bench.place("remembered")), status: 2,
            mentions: "the encoder learned from its rows")

        // What is trained on remembers, and so does its bundle.
        try succeed(
            "package", "--model", "\(run)/model", "--labels", "\(data)/unique_texts.txt", "--out",
            bench.place("bundle"))
        let through = try embed(
            "through", of: "\(data)/train_images.tsv", by: bench.place("bundle"))
        #expect(try origin(through)["encoder_learned_from"] == true)
    }

    @Test func `the start of a run is the encoder before its first step`() throws {
        let recipe = try bench.tinyRecipe()
        let run = bench.place("run")
        try succeed(
            "train", recipe, "--out", run, "--set", "MAX_NUM_EPOCHS=1", "--set",
            "START_LEARNING_RATE=1e-3")
        let images = "\(bench.place("data"))/test_images.tsv"
        let start = try embed("start", of: images, "--start", by: run)
        let again = try embed("again", of: images, "--start", by: "\(run)/model")
        let drawn = try embed("drawn", of: images, "--untrained", "5", by: "\(run)/model")
        let trained = try embed("trained", of: images, by: "\(run)/model")
        #expect(try FileSystem.read(start) == FileSystem.read(again))
        // The recipe's seed is 5 and it names no weights.
        #expect(try FileSystem.read(start) == FileSystem.read(drawn))
        #expect(try FileSystem.read(start) != FileSystem.read(trained))
        #expect(try origin(start)["encoder_learned_from"] == false)
        try expectComplaint(
            ["evaluate", "knn", "--train", start, "--test", trained, "--out", bench.place("x")],
            status: 2, mentions: "another model")
        try expectComplaint(
            [
                "embed", "--model", bench.release, "--start", "--images", images, "--out",
                bench.place("y.npy"),
            ], status: 2, mentions: "no folder of a training run")
    }
}
