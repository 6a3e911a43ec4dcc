import CambiumFiles
import CambiumTestFolders
import Testing

/// What a run that goes on must share with its beginning.
@Suite struct ResumeTests {
    private let bench: Bench

    init() throws { bench = try Bench() }

    private func prepare(seed: Int) throws {
        try FileSystem.remove(bench.place("data"))
        let result = try Program.run(
            "prepare", bench.place("pictures"), "--out", bench.place("data"), "--size", "32",
            "--shards", "2", "--seed", "\(seed)", "--duplicates", "report", "--quiet")
        #expect(result.status == 0, "\(result.stderr)")
    }

    @Test func `images in shards that were divided otherwise are told, an earlier version is not`()
        throws
    {
        let recipe = try bench.tinyRecipe()
        let run = bench.place("run")
        let call = ["train", recipe, "--out", run, "--set", "MAX_NUM_EPOCHS=1"]
        try prepare(seed: 1)
        #expect(try Program.run(call + ["--quiet"]).status == 0)
        try prepare(seed: 2)
        try expectComplaint(
            call + ["--resume"], status: 1, mentions: run, "other images or texts")
        try prepare(seed: 1)
        #expect(try Program.run(call + ["--resume", "--quiet"]).status == 0)
        // A checkpoint that says nothing of its data, as those of earlier versions.
        let path = "\(run)/last/state.json"
        var members = try #require(try JSON(file: path).object)
        #expect(members.removeValue(forKey: "data_sha256") != nil)
        try FileSystem.write(JSON.object(members).document, to: path)
        try prepare(seed: 2)
        #expect(try Program.run(call + ["--resume", "--quiet"]).status == 0)
    }

    @Test func `starting weights of the same size with other bytes are told from the run's own`()
        throws
    {
        let recipe = try bench.tinyRecipe()
        try prepare(seed: 1)
        let (first, run) = (bench.place("first"), bench.place("run"))
        let once = ["--set", "MAX_NUM_EPOCHS=1", "--quiet"]
        #expect(try Program.run(["train", recipe, "--out", first] + once).status == 0)
        let weights = bench.place("start.safetensors")
        let bytes = try FileSystem.read("\(first)/last/model.safetensors")
        try FileSystem.write(bytes, to: weights)
        let call = ["train", recipe, "--out", run, "--set", "WEIGHTS=[\(weights)]"] + once
        #expect(try Program.run(call).status == 0)
        var other = bytes
        other[other.count - 1] ^= 1
        try FileSystem.write(other, to: weights)
        try expectComplaint(
            call + ["--resume"], status: 1, mentions: run, "started from other weights")
        try FileSystem.write(bytes, to: weights)
        #expect(try Program.run(call + ["--resume"]).status == 0)
    }
}
