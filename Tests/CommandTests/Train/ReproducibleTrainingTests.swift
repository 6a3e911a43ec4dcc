import CambiumFiles
import CambiumTestFolders
import Testing

/// A tiny model trained from scratch: the same seed gives the same bytes, also where the run was
/// killed on the way.
@Suite struct ReproducibleTrainingTests {
    private let bench: Bench

    init() throws { bench = try Bench() }

    private func train(_ recipe: String, _ run: String, _ more: String...) throws {
        let answer = try Program.run(
            ["train", recipe, "--out", bench.place(run), "--quiet"] + more)
        #expect(answer.status == 0, "\(answer.stderr)")
    }

    /// Every file below a folder of a run, by its name there.
    private func bytes(_ folder: String) throws -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        for name in try bench.names(folder) {
            let path = "\(folder)/\(name)"
            if FileSystem.kind(bench.place(path)) == .folder {
                for (below, content) in try bytes(path) { files["\(name)/\(below)"] = content }
            } else {
                files[name] = try FileSystem.read(bench.place(path))
            }
        }
        return files
    }

    private func expectEqual(_ a: String, _ b: String) throws {
        let (a, b) = (try bytes(a), try bytes(b))
        #expect(!a.isEmpty && a.keys.sorted() == b.keys.sorted(), "\(a.keys) \(b.keys)")
        for (name, content) in a { #expect(b[name] == content, "\(name)") }
    }

    @Test func `same seed, same bytes; killed and resumed, same bytes; another seed, others`()
        throws
    {
        let recipe = try bench.tinyRecipe()
        try train(recipe, "first")
        try train(recipe, "second")
        #expect(try bytes("first/model").keys.contains("model.safetensors"))
        try expectEqual("first/model", "second/model")
        try expectEqual("first/checkpoints", "second/checkpoints")

        let killed = try Program.shell(
            """
            "$0" train '\(recipe)' --out '\(bench.place("killed"))' --quiet & p=$!
            while kill -0 $p 2>/dev/null && [ ! -e '\(bench.place("killed/last"))' ]; do
                sleep 0.01
            done
            kill -KILL $p; wait $p; status=$?
            [ $status = 0 ] && exit \(Program.late)
            exit $status
            """
        ) { try FileSystem.remove(bench.place("killed")) }
        #expect(killed.status == 137 && killed.stdout.isEmpty)
        #expect(try !bench.names("killed").contains("model"))
        let refused = try expectComplaint(
            ["train", recipe, "--out", bench.place("killed")], status: 2)
        #expect(refused.contains("--resume"))
        try train(recipe, "killed", "--resume")
        try expectEqual("first/model", "killed/model")
        try expectEqual("first/checkpoints", "killed/checkpoints")
        #expect(try !bench.names("killed").contains { $0.contains("partial") })

        try train(recipe, "other", "--set", "SEED=6", "--set", "MAX_NUM_EPOCHS=1")
        #expect(
            try bytes("other/model")["model.safetensors"]
                != bytes("first/model")["model.safetensors"])
    }

    @Test func `several data sets, sampler, augmentation and layer decay: the same bytes`() throws {
        let recipe = try bench.tinyRecipe()
        let (one, two) = (bench.place("data"), bench.place("data2"))
        #expect(try Program.shell("cp -r '\(one)' '\(two)'").status == 0)
        let more = [
            "DATASET.ROOT=[{ROOT: '\(one)'}, {ROOT: '\(two)', WEIGHT: 0.5}]",
            "DATASET.SAMPLER=sqrt", "AUG.TORCHVISION_AUG.AUTO_AUGMENT=ta_wide",
            "AUG.TORCHVISION_AUG.RE_PROB=0.5", "AUG.TORCHVISION_AUG.RE_VALUE=random",
            "CUSTOMIZED_PARAMS_CONF.LAYER_DECAY=0.75", "AUG.MIXUP_PROB=0.5",
        ]
        func train(_ run: String, _ settings: [String]) throws -> Program.Result {
            try Program.run(
                ["train", recipe, "--out", bench.place(run), "--quiet"]
                    + settings.flatMap { ["--set", $0] })
        }
        for (run, workers) in [("first", 1), ("second", 3)] {
            let answer = try train(run, more + ["WORKERS=\(workers)"])
            #expect(answer.status == 0, "\(answer.stderr)")
        }
        try expectEqual("first/model", "second/model")
        let alone = try train("alone", more.filter { !$0.contains("LAYER") })
        #expect(alone.status == 0)
        #expect(
            try bytes("alone/model")["model.safetensors"]
                != bytes("first/model")["model.safetensors"])
    }

    @Test func `a launcher begins, and goes on from the newest checkpoint, to the same bytes`()
        throws
    {
        let recipe = try bench.tinyRecipe()
        // --resume begins where there is nothing yet.
        try train(recipe, "whole", "--resume")
        let answer = try Program.shell(
            """
            \(Program.rankFunction)
            "$0" launch --processes 1 --max-restarts 1 -- train '\(recipe)' --quiet \
                --out '\(bench.place("killed"))' & launcher=$!
            until [ -e '\(bench.place("killed/last"))' ]; do
                kill -0 $launcher || exit \(Program.late)
                sleep 0.01
            done
            kill -KILL $(rank 0) || exit \(Program.late)
            wait $launcher
            """
        ) { try FileSystem.remove(bench.place("killed")) }
        #expect(answer.status == 0, "\(answer.stderr)")
        #expect(answer.complaints.count == 1 && answer.stderr.contains("restart 1 of 1"))
        try expectEqual("whole/model", "killed/model")
        try expectEqual("whole/checkpoints", "killed/checkpoints")
    }

    @Test func `two ranks, one of which is killed or stopped, end in the same bytes`() throws {
        let recipe = try bench.tinyRecipe()
        let launch =
            "launch --processes 2 --timeout 12 --max-restarts 1 -- train '\(recipe)' --quiet"
        let whole = try Program.shell("\"$0\" \(launch) --out '\(bench.place("whole"))'")
        #expect(whole.status == 0 && whole.stderr.isEmpty, "\(whole.stderr)")
        for (signal, rank, reason) in [
            ("KILL", 1, "rank 1 was killed by signal 9"), ("STOP", 0, "rank 0 has not answered"),
        ] {
            let answer = try Program.shell(
                """
                \(Program.rankFunction)
                "$0" \(launch) --out '\(bench.place(signal))' & launcher=$!
                until [ -e '\(bench.place("\(signal)/last"))' ]; do
                    kill -0 $launcher || exit \(Program.late)
                    sleep 0.01
                done
                kill -\(signal) $(rank \(rank)) || exit \(Program.late)
                wait $launcher
                """
            ) { try FileSystem.remove(bench.place(signal)) }
            #expect(answer.status == 0, "\(answer.stderr)")
            #expect(answer.stderr.contains(reason), "\(answer.stderr)")
            #expect(answer.stderr.contains("restart 1 of 1"), "\(answer.stderr)")
            try expectEqual("whole/model", "\(signal)/model")
        }
    }
}
