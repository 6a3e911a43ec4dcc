import CambiumFiles
import CambiumTorch
import CambiumTraining
import Testing

/// A run whose training may do nothing but harm.
@Suite struct BestStartTests {
    /// Trains with these values of the tracked metric, the start's first.
    private func train(
        _ run: TinyRun, _ values: [Double], resuming: Bool = false,
        isStopping: @escaping () -> Bool = { false }
    ) throws -> [(step: Int, isBest: Bool)] {
        var (rest, seen) = (values[...], [(step: Int, isBest: Bool)]())
        try run.train(
            resuming: resuming, isStopping: isStopping, measuring: { rest.popFirst() ?? 0 }
        ) { event in
            if case .evaluated(let step, _, let isBest) = event { seen.append((step, isBest)) }
        }
        return seen
    }

    private func best(_ run: TinyRun) throws -> (step: Int?, ema: [UInt8]) {
        (
            try JSON(file: "\(run.folder)/last/state.json")["best_step"]?.integer,
            try FileSystem.read("\(run.folder)/best/ema.safetensors")
        )
    }

    @Test func `a start that is never surpassed is the best, and its weights stay`() throws {
        let run = try TinyRun()
        defer { try? FileSystem.remove(run.folder) }
        let seen = try train(run, [0.74, 0.72, 0.71, 0.73])
        #expect(seen.map(\.step) == [0, 4, 8, 9])
        #expect(seen.map(\.isBest) == [true, false, false, false])
        let (step, ema) = try best(run)
        #expect(step == 0)
        // Before the first step the smoothed weights are the weights.
        let model = try FileSystem.read("\(run.folder)/best/model.safetensors")
        #expect(try StateDictionaryValues(model) == StateDictionaryValues(ema))
        #expect(try FileSystem.read("\(run.folder)/last/ema.safetensors") != ema)
    }

    @Test func `a better step takes its place, and the start's weights go`() throws {
        let run = try TinyRun()
        defer { try? FileSystem.remove(run.folder) }
        #expect(
            try train(run, [0.74, 0.72, 0.75, 0.73]).map(\.isBest) == [true, false, true, false])
        #expect(try best(run).step == 8)
        let names = try FileSystem.names(in: "\(run.folder)/checkpoints")
        #expect(!names.contains("step-00000000"))
    }

    @Test func `left out, the start is measured only`() throws {
        var run = try TinyRun()
        run.recipe.bestIncludesStart = false
        defer { try? FileSystem.remove(run.folder) }
        #expect(try train(run, [0.74, 0.72, 0.71]).map(\.isBest) == [false, true, false, false])
        #expect(try best(run).step == 4)
    }

    @Test func `a run that goes on keeps the start as its best`() throws {
        let run = try TinyRun()
        defer { try? FileSystem.remove(run.folder) }
        var steps = 0
        _ = try train(
            run, [0.74, 0.72],
            isStopping: {
                steps += 1
                return steps > 5
            })
        #expect(try best(run).step == 0)
        let ema = try best(run).ema
        _ = try train(run, [0.70, 0.73], resuming: true)
        #expect(try best(run).step == 0)
        #expect(try best(run).ema == ema)
    }

    @Test func `early stopping waits from the start on`() throws {
        var run = try TinyRun()
        run.recipe.earlyStopping = EarlyStopping(patience: 2)
        defer { try? FileSystem.remove(run.folder) }
        #expect(try train(run, [0.74, 0.72, 0.73, 0.9]).map(\.step) == [0, 4, 8])
    }
}

/// The numbers of a weight file, whatever its header says.
private struct StateDictionaryValues: Equatable {
    let bytes: ArraySlice<UInt8>

    init(_ file: [UInt8]) throws {
        let header = file.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
        bytes = file.dropFirst(8 + header)
    }
}
