import CambiumEncoders
import CambiumFiles
import CambiumLayers
import CambiumTorch
import CambiumTraining
import Foundation
import Testing

/// A tiny model on made-up images: enough to train, stop and go on.
struct TinyRun {
    let folder = NSTemporaryDirectory() + "cambium-" + UUID().uuidString
    var recipe = Recipe()
    var configuration: ImageTextConfiguration
    var preprocessing = Preprocessing()
    static let count = 20

    init(logEvery: Int = 1) throws {
        var configuration = ImageTextConfiguration()
        configuration.image.widths = [8, 8, 16, 16]
        configuration.image.heads = [2, 2, 2, 2]
        configuration.image.groups = [2, 2, 2, 2]
        configuration.image.depths = [1, 1, 1, 1]
        configuration.image.window = 4
        configuration.text.contextLength = 5
        configuration.text.vocabulary = 12
        configuration.text.width = 8
        configuration.text.heads = 2
        configuration.text.layers = 1
        configuration.projection = 8
        self.configuration = configuration
        (preprocessing.height, preprocessing.width) = (32, 32)
        recipe.batchSize = 6
        recipe.epochs = 3
        recipe.learningRate = 1e-2
        recipe.logEvery = logEvery
        recipe.saveEvery = 2
        recipe.evaluateEvery = 4
        try FileSystem.makeFolder(folder)
    }

    /// Runs, throwing after `limit` steps as a killed process would stop.
    func run(resuming: Bool = false, limit: Int = .max) throws -> [UInt8] {
        var steps = 0
        try train(
            resuming: resuming,
            tick: {
                steps += 1
                if steps > limit { throw TrainingError.run(path: "", reason: "killed") }
            }, secondsPerStep: 1)
        return try FileSystem.read("\(folder)/last/model.safetensors")
            + FileSystem.read("\(folder)/last/ema.safetensors")
            + FileSystem.read("\(folder)/last/optimizer.safetensors")
    }

    /// Runs one process's part; `tick` comes before each batch.
    @discardableResult
    func train(
        in distribution: Distribution = Distribution(), resuming: Bool = false,
        isStopping: @escaping () -> Bool = { false }, tick: @escaping () throws -> Void = {},
        spoiling: Set<Int> = [], secondsPerStep: Double = 0, measuring: (() -> Double)? = nil,
        report: @escaping (TrainerEvent) -> Void = { _ in }
    ) throws -> ImageTextModel {
        let model = try ImageTextModel(configuration, from: RandomSource(seed: 1))
        var steps = 0
        var hooks = TrainerHooks(
            count: Self.count, tokenize: Self.tokenize,
            batches: { epoch, first in
                MadeUpBatches(
                    epoch: epoch, first: first, size: recipe.batchSize,
                    whole: Self.count / recipe.batchSize, rest: Self.count % recipe.batchSize,
                    distribution: distribution,
                    tick: {
                        steps += 1
                        try tick()
                    }, spoiled: { spoiling.contains(steps) })
            },
            validate: { model in
                let scale = try model.logitScale.item()
                return [("accuracy", nil), ("macro_f1", measuring?() ?? 1 / scale)]
            },
            clock: { Double(steps) * secondsPerStep }, report: report)
        hooks.isStopping = isStopping
        let trainer = try Trainer(
            recipe, text: "text", model: model, preprocessing: preprocessing, folder: folder,
            distribution: distribution, hooks: hooks)
        _ = try trainer.run(resuming: resuming)
        return model
    }

    static func tokenize(_ texts: [String]) -> TokenBatch {
        TokenBatch(
            ids: texts.flatMap { [10, Int($0) ?? 0, 11, 11, 11] },
            mask: texts.flatMap { _ in [1, 1, 1, 0, 0] }, contextLength: 5)
    }
}

final class MadeUpBatches: BatchSource {
    private var batch: Int
    private let epoch: Int
    private let size: Int
    private let whole: Int
    private let rest: Int
    private let distribution: Distribution
    private let tick: () throws -> Void
    private let spoiled: () -> Bool

    init(
        epoch: Int, first: Int, size: Int, whole: Int, rest: Int, distribution: Distribution,
        tick: @escaping () throws -> Void, spoiled: @escaping () -> Bool = { false }
    ) {
        self.spoiled = spoiled
        (self.epoch, batch, self.size, self.tick) = (epoch, first, size, tick)
        (self.whole, self.rest, self.distribution) = (whole, rest, distribution)
    }

    func next() throws -> TrainingBatch? {
        try tick()
        var generator = SeededGenerator(seed: 3, UInt64(epoch), UInt64(batch))
        let count = batch < whole ? size : rest
        batch += 1
        let labels = (0..<count).map { _ in generator.index(below: 4) + 1 }
        let images = labels.map { label in
            (0..<3 * 32 * 32).map { Float(sin(Double($0 * label) * 0.1) + generator.normal()) }
        }
        let rows = distribution.share(of: count)
        let texts = labels[rows].map(String.init)
        var pixels = images[rows].flatMap { $0 }
        if spoiled() { pixels[7] = .nan }
        return TrainingBatch(
            pixels: pixels, labels: labels, rows: rows, texts: texts,
            keys: texts)
    }
}

@Suite struct TrainerTests {
    @Test(arguments: [1, 3])
    func `the same seed gives the same bytes, and a stopped run goes on to them`(
        logEvery: Int
    ) throws {
        let whole = try TinyRun(logEvery: logEvery)
        defer { try? FileSystem.remove(whole.folder) }
        let bytes = try whole.run()
        for limit in [1, 2, 3, 5, 8] {
            let stopped = try TinyRun(logEvery: logEvery)
            defer { try? FileSystem.remove(stopped.folder) }
            #expect(throws: TrainingError.self) { try stopped.run(limit: limit) }
            #expect(try stopped.run(resuming: true) == bytes)
            #expect(
                try FileSystem.readText("\(stopped.folder)/log.jsonl")
                    == FileSystem.readText("\(whole.folder)/log.jsonl"))
        }
    }

    @Test func `training lowers the loss`() throws {
        let run = try TinyRun()
        defer { try? FileSystem.remove(run.folder) }
        _ = try run.run()
        let losses = try FileSystem.readText("\(run.folder)/log.jsonl").split(separator: "\n")
            .compactMap { try JSON(parsing: String($0))["loss"]?.number }
        #expect(losses.count == 9)
        #expect(losses[6...].reduce(0, +) < losses[..<3].reduce(0, +))
    }

    @Test func `checkpoints are kept by policy and linked`() throws {
        let run = try TinyRun()
        defer { try? FileSystem.remove(run.folder) }
        _ = try run.run()
        let names = try FileSystem.names(in: "\(run.folder)/checkpoints")
        #expect(names.suffix(2) == ["step-00000008", "step-00000009"] && names.count <= 3)
        #expect(FileSystem.isLink("\(run.folder)/best") && FileSystem.isLink("\(run.folder)/last"))
        #expect(
            try FileSystem.names(in: "\(run.folder)/last")
                == ["ema.safetensors", "model.safetensors", "optimizer.safetensors", "state.json"])
    }

    @Test func `what a killed process had left to do after a checkpoint is done on resuming`()
        throws
    {
        let run = try TinyRun()
        defer { try? FileSystem.remove(run.folder) }
        _ = try run.run()
        let names = try FileSystem.names(in: "\(run.folder)/checkpoints")
        let best = try target("\(run.folder)/best")
        let other = try #require(names.first { !best.hasSuffix($0) })
        try FileSystem.link("\(run.folder)/best", to: "checkpoints/\(other)")
        for left in ["step-00000001", "step-00000010", "step-00000010.partial-1"] {
            try FileSystem.makeFolder("\(run.folder)/checkpoints/\(left)")
        }
        _ = try run.run(resuming: true)
        #expect(try FileSystem.names(in: "\(run.folder)/checkpoints") == names)
        #expect(try target("\(run.folder)/best") == best)

        try FileSystem.link("\(run.folder)/last", to: "checkpoints/gone")
        #expect(throws: TrainingError.self) { try run.run(resuming: true) }
    }

    private func target(_ link: String) throws -> String {
        try FileManager.default.destinationOfSymbolicLink(atPath: link)
    }

    @Test func `frozen parameters keep their bytes`() throws {
        var run = try TinyRun()
        defer { try? FileSystem.remove(run.folder) }
        run.recipe.rules.freezePatterns = ["^lang_encoder\\."]
        _ = try run.run()
        let fresh = try ImageTextModel(run.configuration, from: RandomSource(seed: 1))
        let trained = try StateDictionary("\(run.folder)/last/model.safetensors")
        for (name, tensor) in fresh.parameters.entries {
            let same = try trained.tensor(name).bytes() == tensor.bytes()
            #expect(same == name.hasPrefix("lang_encoder."), "\(name)")
        }
    }

    @Test func `a recipe that changed is not resumed`() throws {
        let run = try TinyRun()
        defer { try? FileSystem.remove(run.folder) }
        _ = try run.run()
        let store = CheckpointStore(run: run.folder, recipe: "other")
        #expect(throws: TrainingError.self) { try store.lastState() }
    }

    @Test func `other data is not resumed, and an earlier version's checkpoint is`() throws {
        let run = try TinyRun()
        defer { try? FileSystem.remove(run.folder) }
        _ = try run.run()
        let other = CheckpointStore(run: run.folder, recipe: "text", data: "other")
        #expect {
            try other.lastState()
        } throws: {
            "\($0)".contains("other images or texts")
        }
        let path = "\(run.folder)/last/state.json"
        var members = try #require(try JSON(file: path).object)
        #expect(members.removeValue(forKey: "data_sha256") != nil)
        try FileSystem.write(JSON.object(members).document, to: path)
        #expect(try other.lastState() != nil)
    }

    @Test func `other starting weights are not resumed, and an earlier version's checkpoint is`()
        throws
    {
        let run = try TinyRun()
        defer { try? FileSystem.remove(run.folder) }
        _ = try run.run()
        let other = CheckpointStore(run: run.folder, recipe: "text", weights: "other")
        #expect {
            try other.lastState()
        } throws: {
            "\($0)".contains("started from other weights")
        }
        let path = "\(run.folder)/last/state.json"
        var members = try #require(try JSON(file: path).object)
        #expect(members.removeValue(forKey: "start_sha256") != nil)
        try FileSystem.write(JSON.object(members).document, to: path)
        #expect(try other.lastState() != nil)
    }
}
