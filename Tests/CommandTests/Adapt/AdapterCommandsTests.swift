import CambiumFiles
import CambiumTestFolders
import Foundation
import Testing

/// `adapt`, `evaluate adapter`, `package` and `predict`, on the small release and its images.
@Suite struct AdapterCommandsTests {
    private let folder: TemporaryFolder
    private let release =
        Repository.fixture("EncodersTests", "mi2-mini")
    private let classes = ["chest x-ray", "brain mri", "skin photo"]

    init() throws { folder = try TemporaryFolder() }

    private var images: [String] {
        ["exact", "grey", "line", "small", "square", "wide"].map { "\(release)/images/\($0).png" }
    }

    private func place(_ name: String) -> String { "\(folder.path)/\(name)" }

    private func succeed(_ arguments: [String]) throws -> Program.Result {
        let result = try Program.run(arguments)
        #expect(result.status == 0, "\(result.stderr)")
        return result
    }

    /// The one line about arguments or work that failed.
    private func complaint(_ arguments: [String], status: Int32) throws -> String {
        let answer = try Program.run(arguments + ["--quiet"])
        #expect(answer.status == status && answer.stdout.isEmpty, "\(answer.stdout)")
        #expect(answer.complaints.count == 1, "\(answer.stderr)")
        return answer.stderr
    }

    /// Embeds the images, or a table of them, and gives them classes in turn; gives the array's
    /// path.
    private func embed(table tsv: String? = nil) throws -> String {
        let table = place("e.npy")
        _ = try succeed(
            ["embed", "--model", release, "--out", table, "--quiet", "--images"]
                + (tsv.map { [$0] } ?? images))
        let keys = images.enumerated().map { row, path in
            "\(path)\t\(row % 3 + 1)\t\(classes[row % 3])\n"
        }
        try FileSystem.write(keys.joined(), to: place("e.keys.tsv"))
        return table
    }

    private func adapt(_ table: String, to out: String, _ more: String...) throws {
        _ = try succeed(
            [
                "adapt", "--train", table, "--validation", table, "--out", out, "--quiet",
                "--hidden", "16", "--epochs", "3",
            ] + more)
    }

    private func labels() throws -> String {
        try folder.write(classes.map { $0 + "\n" }.joined(), to: "unique_texts.txt")
    }

    /// The predictions of a bundle as scores in the order of the classes.
    private func predicted(_ bundle: String) throws -> [Double] {
        let answer = try succeed(["predict", bundle, "--json", "--quiet"] + images)
        let rows = try #require(JSON(parsing: answer.stdout).array)
        #expect(rows.map { $0["image"]?.string } == images)
        return try rows.flatMap { row in
            let list = try #require(row["predictions"]?.array)
            let scores = list.compactMap { $0["score"]?.number }
            #expect(scores == scores.sorted(by: >))
            for entry in list {
                let id = try #require(entry["class_id"]?.integer)
                #expect(entry["label"]?.string == classes[id - 1])
            }
            return try (1...classes.count).map { id in
                try #require(list.first { $0["class_id"]?.integer == id }?["score"]?.number)
            }
        }
    }

    private func expectEqual(_ scores: [Double], _ file: String) throws {
        let reference = try NPY(file).doubles()
        #expect(scores.count == reference.count)
        for (score, expected) in zip(scores, reference) { #expect(abs(score - expected) < 1e-6) }
    }

    @Test func `predict on an adapter bundle equals evaluate adapter on the same images`() throws {
        let table = try embed()
        try adapt(table, to: place("adapter"))
        _ = try succeed([
            "evaluate", "adapter", "--adapter", place("adapter"), "--test", table, "--out",
            place("result"), "--resamples", "10", "--quiet",
        ])
        _ = try succeed([
            "package", "--model", release, "--labels", try labels(), "--adapter",
            place("adapter"), "--metrics", place("result/metrics.json"), "--out",
            place("bundle"), "--quiet",
        ])
        try expectEqual(predicted(place("bundle")), place("result/scores.npy"))
        let record = try JSON(file: place("adapter/config.json"))
        #expect(record["head"] == "mlp-conv" && record["normalized"] == true)
        #expect(record["training"]?["epochs"] == 3 && record["inputs"]?.array?.count == 6)
    }

    @Test func `predict on a zero-shot bundle equals evaluate zero-shot on the same images`() throws
    {
        let (table, labels) = (try embed(), try labels())
        _ = try succeed([
            "evaluate", "zero-shot", "--model", release, "--labels", labels, "--test", table,
            "--template", "a {}.", "--out", place("result"), "--resamples", "10", "--quiet",
        ])
        _ = try succeed([
            "package", "--model", release, "--labels", labels, "--template", "a {}.", "--out",
            place("bundle"), "--quiet",
        ])
        try expectEqual(predicted(place("bundle")), place("result/scores.npy"))
    }

    @Test(arguments: ["zero-shot", "adapter"])
    func `predict on files equals the evaluation of a table that holds them as base64`(
        mode: String
    ) throws {
        let rows = try images.map { path in
            "\(path)\t\(Data(try FileSystem.read(path)).base64EncodedString())\n"
        }
        let table = try embed(table: folder.write(rows.joined(), to: "test_images.tsv"))
        let labels = try labels()
        let evaluate = ["--test", table, "--out", place("result"), "--resamples", "10", "--quiet"]
        let package = [
            "package", "--model", release, "--labels", labels, "--out", place("bundle"), "--quiet",
        ]
        if mode == "adapter" {
            let adapter = ["--adapter", place("adapter")]
            try adapt(table, to: place("adapter"))
            _ = try succeed(["evaluate", mode] + adapter + evaluate)
            _ = try succeed(package + adapter)
        } else {
            _ = try succeed(["evaluate", mode, "--model", release, "--labels", labels] + evaluate)
            _ = try succeed(package)
        }
        try expectEqual(predicted(place("bundle")), place("result/scores.npy"))
    }

    @Test func `the same seed gives the same adapter, byte for byte`() throws {
        let table = try embed()
        try adapt(table, to: place("first"))
        try adapt(table, to: place("second/"))
        try adapt(table, to: place("third"), "--seed", "43")
        for name in ["config.json", "adapter.safetensors"] {
            let first = try FileSystem.read(place("first/\(name)"))
            #expect(try FileSystem.read(place("second/\(name)")) == first)
            #expect(try FileSystem.read(place("third/\(name)")) != first)
        }
    }

    @Test func `good images are answered though one is bad, which is named`() throws {
        let bundle = place("bundle")
        _ = try succeed(["package", "--model", release, "--labels", try labels(), "--out", bundle])
        let bad = try folder.write("no picture", to: "bad.png")
        let answer = try Program.run("predict", bundle, images[0], bad, images[1], "--top", "1")
        #expect(answer.status == 1 && answer.complaints.count == 1)
        #expect(answer.stderr.contains(bad))
        #expect(answer.stdout.contains(images[0]) && answer.stdout.contains(images[1]))
        #expect(answer.stdout.split(separator: "\n").count == 4)
        let none = try Program.run("predict", bundle, place("absent.png"), "--json")
        #expect(none.status == 1 && none.stdout == "[]\n")
        #expect(none.stderr.contains("absent.png"))

        var bytes = try FileSystem.read("\(bundle)/model.safetensors")
        bytes[bytes.count / 2] ^= 1
        try FileSystem.write(bytes, to: "\(bundle)/model.safetensors")
        let line = try complaint(["predict", bundle, images[0]], status: 1)
        #expect(line.contains("model.safetensors: does not match its SHA-256"))
    }

    @Test func `unusable arguments of adapt are told in one line`() throws {
        let table = try embed()
        func adapt(_ more: String..., status: Int32 = 2) throws -> String {
            try complaint(
                ["adapt", "--train", table, "--validation", table, "--out", place("a")] + more,
                status: status)
        }
        #expect(try adapt("--seed", "18446744073709551615").contains("--seed must be in"))
        #expect(try adapt("--track", "f1").contains("--track must be"))
        #expect(try adapt("--epochs", "0").contains("--epochs must be in"))
        #expect(try adapt("--head", "mpl").contains("mlp-conv"))
        #expect(try adapt("--learning-rate", "nan").contains("--learning-rate must be"))
        try folder.write("", to: "a/file")
        #expect(try adapt().contains("exists already"))
        try FileSystem.remove(place("a"))
        try NPY.write([Float](repeating: .nan, count: 6 * 24), shape: [6, 24], to: table)
        #expect(try adapt().contains("row 1 holds nan"))
        try FileSystem.write("k\n", to: place("e.keys.tsv"))
        #expect(try adapt().contains("6 rows"))
    }

    @Test func `an adapter and a table of another width do not go together`() throws {
        let table = try embed()
        try adapt(table, to: place("adapter"))
        try NPY.write([Float](repeating: 0.5, count: 6 * 4), shape: [6, 4], to: table)
        let line = try complaint(
            [
                "evaluate", "adapter", "--adapter", place("adapter"), "--test", table, "--out",
                place("r"),
            ],
            status: 2)
        #expect(line.contains("4 channels, the adapter takes 24"))
    }

    @Test func `package refuses what it cannot make`() throws {
        let labels = try labels()
        func package(_ more: String..., out: String = "b") throws -> String {
            try complaint(
                ["package", "--model", release, "--labels", labels, "--out", place(out)] + more,
                status: 2)
        }
        #expect(try package("--weights", "reference", "--dtype", "int8").contains("--dtype"))
        #expect(try package("--golden-rows", "3").contains("--data"))
        #expect(try package("--adapter", place("none")).contains("none"))
        #expect(try package("--metrics", place("none.json")).contains("none.json"))
        try folder.write("", to: "b/file")
        #expect(try package().contains("exists already"))
        #expect(try FileSystem.names(in: folder.path) == ["b", "unique_texts.txt"])
    }
}
