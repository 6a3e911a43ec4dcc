import CambiumEncoders
import CambiumFiles
import CambiumLayers
import CambiumTorch
import CambiumTraining
import Foundation
import Synchronization
import Testing

/// What keeps a run from losing work.
@Suite struct TrainerGuardsTests {
    @Test func `a run that is asked to stop writes a checkpoint and goes on to the same bytes`()
        throws
    {
        let whole = try TinyRun()
        defer { try? FileSystem.remove(whole.folder) }
        let bytes = try whole.run()
        var stopped = try TinyRun()
        defer { try? FileSystem.remove(stopped.folder) }
        stopped.recipe.saveEvery = 2
        var asked = 0
        try stopped.train(isStopping: {
            asked += 1
            return asked == 5
        })
        #expect(
            try JSON(file: "\(stopped.folder)/last/state.json")["step"]?.integer == 5)
        #expect(try stopped.run(resuming: true) == bytes)
    }

    @Test func `a full disk does not end the run`() throws {
        var run = try TinyRun()
        defer { try? FileSystem.remove(run.folder) }
        run.recipe.saveEvery = 1
        run.recipe.evaluateEvery = 100
        // Where the checkpoints go stands a file, until step 4.
        let place = "\(run.folder)/checkpoints"
        try FileSystem.write("in the way", to: place)
        var events: [String] = []
        try run.train(report: { event in
            switch event {
            case .notSaved(let step, _):
                events.append("not \(step)")
                if step == 4 { try? FileSystem.remove(place) }
            case .saved(let step): events.append("\(step)")
            default: break
            }
        })
        #expect(events == ["not 0", "not 1", "not 2", "not 3", "not 4", "5", "6", "7", "8", "9"])
    }

    @Test func `the best weights are those of a checkpoint that stands`() throws {
        var run = try TinyRun()
        defer { try? FileSystem.remove(run.folder) }
        (run.recipe.saveEvery, run.recipe.evaluateEvery) = (1, 1)
        let place = "\(run.folder)/checkpoints"
        try FileSystem.write("in the way", to: place)
        // Every evaluation is worse than the one before: without the first four the fifth is best.
        var measured = 0.0
        try run.train(
            measuring: {
                measured -= 1
                return measured
            },
            report: {
                guard case .notSaved(let step, _) = $0, step == 4 else { return }
                try? FileSystem.remove(place)
            })
        let state = try JSON(file: "\(run.folder)/last/state.json")
        #expect(state["best_step"]?.integer == 5)
        #expect(try JSON(file: "\(run.folder)/best/state.json")["step"]?.integer == 5)
    }

    @Test func `the last checkpoint must stand`() throws {
        let run = try TinyRun()
        defer { try? FileSystem.remove(run.folder) }
        try FileSystem.write("in the way", to: "\(run.folder)/checkpoints")
        #expect(throws: FileError.self) { try run.train() }
    }

    @Test func `a step without a finite loss is left out`() throws {
        var run = try TinyRun()
        defer { try? FileSystem.remove(run.folder) }
        run.recipe.mostSkipped = 3
        var skipped: [Int] = []
        let model = try run.train(
            spoiling: [2, 5, 6],
            report: { if case .skipped(let step, _, _, _) = $0 { skipped.append(step) } })
        #expect(skipped == [2, 5, 6])
        for (name, tensor) in model.parameters.entries {
            #expect(try tensor.array(of: Double.self).allSatisfy(\.isFinite), "\(name)")
        }
        let state = try JSON(file: "\(run.folder)/last/state.json")
        #expect(state["skipped"]?.integer == 3 && state["skipped_in_row"]?.integer == 0)
    }

    @Test func `too many such steps in a row end the run and name its images`() throws {
        var run = try TinyRun()
        defer { try? FileSystem.remove(run.folder) }
        run.recipe.mostSkipped = 3
        run.recipe.saveEvery = 1
        run.recipe.evaluateEvery = 100
        let error = #expect(throws: TrainingError.self) {
            try run.train(spoiling: [4, 5, 6, 7])
        }
        guard case .notFinite(let step, let steps, _, let keys) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(step == 6 && steps == 3 && keys.count == 6)
        #expect(try JSON(file: "\(run.folder)/last/state.json")["step"]?.integer == 5)
    }

    @Test func `checkpoints come by the clock too, and as many are kept as asked`() throws {
        var run = try TinyRun()
        defer { try? FileSystem.remove(run.folder) }
        run.recipe.saveEvery = 1000
        run.recipe.evaluateEvery = 1000
        run.recipe.saveMinutes = 1
        run.recipe.keptCheckpoints = 3
        var saved: [Int] = []
        try run.train(
            secondsPerStep: 25, report: { if case .saved(let step) = $0 { saved.append(step) } })
        #expect(saved == [3, 6, 9])
        #expect(
            try FileSystem.names(in: "\(run.folder)/checkpoints")
                == ["step-00000003", "step-00000006", "step-00000009"])
    }

    @Test func `a run ends when its metric no longer rises, resumed or not`() throws {
        var run = try TinyRun()
        defer { try? FileSystem.remove(run.folder) }
        run.recipe.evaluateEvery = 2
        run.recipe.bestIncludesStart = false
        // The made-up metric rises by less than this.
        run.recipe.earlyStopping = EarlyStopping(patience: 2, minimumGain: 100)
        var ended: [Int] = []
        let report: (TrainerEvent) -> Void = {
            if case .endedEarly(let step) = $0 { ended.append(step) }
        }
        try run.train(report: report)
        try run.train(resuming: true, report: report)
        #expect(ended == [6])
        #expect(try JSON(file: "\(run.folder)/last/state.json")["step"]?.integer == 6)
    }

    @Test(
        arguments: [ContrastiveLoss.Kind.clip, .siglip], [Precision.float32, .bfloat16, .float16])
    func `every loss and precision trains and goes on to the same bytes`(
        kind: ContrastiveLoss.Kind, precision: Precision
    ) throws {
        func tiny() throws -> TinyRun {
            var run = try TinyRun()
            (run.recipe.loss.kind, run.recipe.precision) = (kind, precision)
            run.configuration.image.checkpoints = true
            run.configuration.image.dropPathRate = 0.2
            return run
        }
        let whole = try tiny()
        defer { try? FileSystem.remove(whole.folder) }
        let bytes = try whole.run()
        let stopped = try tiny()
        defer { try? FileSystem.remove(stopped.folder) }
        #expect(throws: TrainingError.self) { try stopped.run(limit: 5) }
        #expect(try stopped.run(resuming: true) == bytes)
        let saved = try StateDictionary("\(whole.folder)/last/model.safetensors")
        #expect(((try? saved.tensor("logit_bias")) != nil) == (kind == .siglip))
    }
}
