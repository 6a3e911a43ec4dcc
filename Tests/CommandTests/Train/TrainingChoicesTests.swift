import CambiumFiles
import CambiumTestFolders
import Testing

/// Recipes with what is off by default: mixed images and the zero-shot evaluation, in one process
/// and in two.
@Suite struct TrainingChoicesTests {
    private let bench: Bench

    init() throws { bench = try Bench() }

    private static let choices = [
        "AUG.MIXUP_PROB=1", "AUG.MIXUP_MODE=elem", "TRAIN.BATCH_SIZE_TOTAL=5",
        "TRAIN.DROP_LAST=false", "LOG_EVERY=1", "EVALDATASET_TEXTS.ZS_MODE=2",
        "EVALDATASET_TEXTS.TEMPLATES=['{}', 'a picture of {}']",
    ].flatMap { ["--set", $0] }

    /// The lines of a run's log, as the values of each kind.
    private func log(_ run: String) throws -> [(kind: String, values: [String: Double])] {
        try FileSystem.readText("\(run)/log.jsonl").split(separator: "\n").map { line in
            let members = try #require(try JSON(parsing: String(line)).object)
            return (members["kind"]?.string ?? "", members.compactMapValues(\.number))
        }
    }

    @Test func `mixed batches and both evaluations are the same in two processes`() throws {
        let recipe = try bench.tinyRecipe()
        let (one, two) = (bench.place("one"), bench.place("two"))
        var answer = try Program.run(
            ["train", recipe, "--out", one, "--quiet"] + Self.choices)
        #expect(answer.status == 0, "\(answer.stderr)")
        answer = try Program.run(
            ["launch", "--processes", "2", "--", "train", recipe, "--out", two, "--quiet"]
                + Self.choices)
        #expect(answer.status == 0, "\(answer.stderr)")
        let (a, b) = (try log(one), try log(two))
        #expect(a.count == b.count && a.count > 20)
        let tracked = ["loss", "accuracy", "macro_f1", "zero_shot_accuracy", "zero_shot_mauc"]
        for (first, second) in zip(a, b) {
            #expect(first.kind == second.kind)
            for name in tracked {
                guard let x = first.values[name] else { continue }
                let y = try #require(second.values[name])
                #expect(abs(x - y) <= 1e-5 * max(1, abs(x)), "\(name)")
            }
        }
        for name in tracked { #expect(a.contains { $0.values[name] != nil }, "\(name)") }
        // The recipe that stands in the run folder is the same run.
        answer = try Program.run("train", "\(one)/config.yaml", "--out", one, "--resume", "--quiet")
        #expect(answer.status == 0, "\(answer.stderr)")
    }

    @Test func `a warm-up longer than the run is said, and a start that stays the best`() throws {
        let recipe = try bench.tinyRecipe()
        let choices = [
            "LR_SCHEDULER_PARAMS.warmup_steps=1000", "START_LEARNING_RATE=1e-12",
            "MAX_NUM_EPOCHS=1", "EVAL_AT_START=true",
        ].flatMap { ["--set", $0] }
        let answer = try Program.run(["train", recipe, "--out", bench.place("run")] + choices)
        #expect(answer.status == 0 && answer.stderr.contains("the warm-up of 1000 steps"))
        #expect(answer.stderr.contains("at step 0, the start: training made it no better"))
        #expect(try JSON(file: bench.place("run/last/state.json"))["best_step"] == 0)
    }

    @Test func `mixing changes the run, and the zero-shot metric can decide`() throws {
        let recipe = try bench.tinyRecipe()
        let choices = Self.choices + ["--set", "EVALDATASET_KNN.ZS_MODE=2"]
        let answer = try Program.run(
            ["train", recipe, "--out", bench.place("run")] + choices)
        #expect(answer.status == 0, "\(answer.stderr)")
        #expect(answer.stderr.contains("best zero_shot_accuracy "), "\(answer.stderr)")
        #expect(try log(bench.place("run")).allSatisfy { $0.values["accuracy"] == nil })
        try expectComplaint(
            ["train", recipe, "--out", bench.place("x"), "--set", "EVALDATASET_T.ZS_MODE=2"]
                + ["--set", "EVALDATASET_T.TEMPLATES=['a picture']"],
            status: 2, mentions: "TEMPLATES")
    }
}
