import CambiumFiles
import CambiumTestFolders
import Testing

/// `package`, `verify`, `predict` and `inspect` on bundles in one file and by reference.
@Suite struct BundleCommandsTests {
    let bench: Bench

    init() throws { bench = try Bench() }

    private func package(_ more: String..., out: String) throws -> String {
        let answer = try Program.run(
            ["package", "--model", bench.release, "--labels", bench.labels(), "--out", out, "-q"]
                + more)
        #expect(answer.status == 0, "\(answer.stderr)")
        return out
    }

    private func predictions(_ bundle: String) throws -> String {
        let answer = try Program.run("predict", bundle, bench.picture, "--json", "--quiet")
        #expect(answer.status == 0, "\(answer.stderr)")
        return answer.stdout
    }

    @Test func `a tar, a folder and a reference predict the same and are verified`() throws {
        let folder = try package(out: bench.place("folder"))
        let tar = try package(out: bench.place("bundle.tar"))
        let reference = try package("--weights", "reference", out: bench.place("reference"))
        #expect(FileSystem.kind("\(reference)/model.safetensors") == nil)
        let expected = try predictions(folder)
        for bundle in [tar, reference] { #expect(try predictions(bundle) == expected) }
        for bundle in [folder, tar, reference] {
            let answer = try Program.run("verify", bundle)
            #expect(answer.status == 0 && answer.stdout.hasSuffix("verified\n"))
        }
        let json = try JSON(parsing: Program.run("verify", tar, "--json").stdout)
        #expect(json["passed"] == true && json["rows"]?.array?.count == 5)
        #expect(try Program.run("inspect", tar).stdout.contains("bundle (tar)"))
    }

    @Test func `a bundle is a model too, and is checked as ever`() throws {
        let folder = try package(out: bench.place("folder"))
        let tar = try package(out: bench.place("bundle.tar"))
        func embed(_ model: String, _ name: String) throws -> Program.Result {
            try Program.run(
                "embed", "--model", model, "--images", bench.picture, "--out", bench.place(name),
                "-q")
        }
        for (name, model) in [("a", bench.release), ("b", folder), ("c", tar)] {
            let answer = try embed(model, "\(name).npy")
            #expect(answer.status == 0, "\(answer.stderr)")
        }
        let expected = try FileSystem.read(bench.place("a.npy"))
        for name in ["b.npy", "c.npy"] {
            #expect(try FileSystem.read(bench.place(name)) == expected)
        }
        var weights = try FileSystem.read("\(folder)/model.safetensors")
        weights[weights.count - 1] ^= 1
        try FileSystem.write(weights, to: "\(folder)/model.safetensors")
        let answer = try embed(folder, "d.npy")
        #expect(answer.status == 1 && answer.stderr.contains("does not match its SHA-256"))
        #expect(FileSystem.kind(bench.place("d.npy")) == nil)
    }

    @Test func `verify refuses what was changed, and says what is off`() throws {
        let tar = try package(out: bench.place("bundle.tar"))
        var bytes = try FileSystem.read(tar)
        bytes[bytes.count / 2] ^= 1
        try FileSystem.write(bytes, to: tar)
        try expectComplaint(["verify", tar], status: 1, mentions: "does not match its SHA-256")
        try expectComplaint(["verify", bench.place("none")], status: 2, mentions: "none")
        try expectComplaint(["verify", bench.release], status: 2, mentions: "is no bundle")
    }

    @Test func `own images go along, and what is no image does not`() throws {
        let bundle = try package("--golden", bench.picture, out: bench.place("own"))
        #expect(try FileSystem.read("\(bundle)/golden/1.png") == FileSystem.read(bench.picture))
        let labels = try bench.labels()
        try expectComplaint(
            [
                "package", "--model", bench.release, "--labels", labels, "--golden", labels,
                "--out",
                bench.place("bad"),
            ], status: 1, mentions: "choose another golden image")
        #expect(FileSystem.kind(bench.place("bad")) == nil)
        let metrics = try bench.folder.write("{\"accuracy\": 1}", to: "metrics.json")
        let start = ["package", "--model", bench.release, "--labels", labels, "--out"]
        try expectComplaint(
            start + [bench.place("bad"), "--metrics", metrics], status: 1, mentions: "no per_class")
        try expectComplaint(
            start + [bench.place("bad.tar.gz")], status: 2, mentions: "folders or plain tars")
        try expectComplaint(
            start + [bench.place("bad"), "--adapter", bench.path, "--first-class-id", "7"],
            status: 2, mentions: "its own class ids")
        try expectComplaint(
            ["predict", bundle, bench.picture, "--operating-point", "f1"], status: 2,
            mentions: "this bundle has none")
    }
}
