import CambiumCorpus
import CambiumFiles
import CambiumJobs
import CambiumTestFolders
import Testing

/// A training run as a library's caller starts it.
@Suite struct TrainingRunTests {
    private let folder: TemporaryFolder
    private let listener = Listener()

    init() throws { folder = try TemporaryFolder() }

    private func dataSet() throws -> String {
        let images = Repository.fixture("EncodersTests", "mi2-mini/images")
        for label in ["heart", "brain"] {
            try FileSystem.makeFolder("\(folder.path)/pictures/\(label)")
            for number in 0..<8 {
                let file = ["square.png", "photo.jpg", "small.png"][number % 3]
                try FileSystem.link(
                    "\(folder.path)/pictures/\(label)/\(number)-\(file)", to: "\(images)/\(file)")
            }
        }
        var options = PrepareOptions(
            folder: "\(folder.path)/pictures", out: "\(folder.path)/data")
        (options.size, options.duplicates, options.workers) = (32, .report, 1)
        _ = try Preparation(options).run { _ in }
        return options.out
    }

    private func options(epochs: Int) throws -> TrainingOptions {
        var options = TrainingOptions(
            recipe: try folder.write(
                """
                SEED: 5
                DEVICE: cpu
                WORKERS: 1
                EVAL_AT_START: false
                DATASET: {ROOT: '\(try dataSet())'}
                TRAIN: {BATCH_SIZE_TOTAL: 4}
                START_LEARNING_RATE: 1e-3
                EVALDATASET_KNN: {KNN: 1, TRACK_METRIC: accuracy}
                \(TinyModel.sections)
                """, to: "recipe.yaml"))
        options.overrides = ["MAX_NUM_EPOCHS=\(epochs)"]
        options.out = "\(folder.path)/run"
        return options
    }

    @Test func `a run gives its model's folder and tells its steps`() throws {
        let run = try TrainingRun(try options(epochs: 1), log: Log(to: listener))
        #expect(try run.run() == .finished(model: "\(folder.path)/run/model"))
        #expect(FileSystem.kind("\(folder.path)/run/model/config.yaml") == .file)
        #expect(listener.heard.contains { $0.hasPrefix("train 0 of ") })
        #expect(listener.heard.contains { $0.hasPrefix("note best accuracy ") })
    }

    @Test func `a run that is asked to stop goes on later`() throws {
        var options = try options(epochs: 2)
        let stopped = try TrainingRun(options).run(stop: StopRequest(heeded: {}, signal: { 2 }))
        #expect(stopped == .stopped(step: 1, run: "\(folder.path)/run", signal: 2))
        #expect(throws: UsageError.self) { try TrainingRun(options).run() }
        options.isResuming = true
        let run = try TrainingRun(options, log: Log(to: listener))
        #expect(try run.run() == .finished(model: "\(folder.path)/run/model"))
        #expect(listener.heard.contains { $0.contains("going on after step 1") })
    }

    @Test func `a recipe that names nothing to train on is refused`() throws {
        let recipe = try folder.write("SEED: 1\n", to: "empty.yaml")
        #expect(throws: UsageError.self) { try TrainingRun(TrainingOptions(recipe: recipe)) }
    }
}
