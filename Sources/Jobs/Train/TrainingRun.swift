internal import CambiumCorpus
internal import CambiumEncoders
internal import CambiumEvaluation
internal import CambiumFiles
internal import CambiumImaging
internal import CambiumPackaging
internal import CambiumTorch
internal import CambiumTraining
internal import Foundation
internal import Glibc

/// One training run, wired: the data set's batches, the tokenizer and the validation metrics.
public struct TrainingRun {
    private let recipe: Recipe
    private let folder: String
    private let resuming: Bool
    private let log: Log
    private let configuration: ModelConfiguration
    private let start: StartingModel
    private let train: JoinedSplit
    private let validation: JoinedSplit
    private let order: EpochSampler
    private let place: TokenizerPlace
    /// How the data set's files became pixels.
    private let reading: ImageReading?
    private let cache = ImageCache()

    /// Reads the recipe and opens what it names.
    public init(_ options: TrainingOptions, log: Log = Log()) throws {
        let path = options.recipe
        recipe = try Arguments.checked {
            try Recipe(
                file: path, overrides: options.overrides, metrics: Metric.keys(.training))
        }
        (resuming, self.log) = (options.isResuming, log)
        guard let folder = options.out ?? (recipe.saveFolder.isEmpty ? nil : recipe.saveFolder)
        else {
            throw UsageError("no run folder: give --out RUN, or SAVE_DIR in \(path)")
        }
        self.folder = folder
        guard !recipe.dataSet.isEmpty else {
            throw UsageError("\(path): names no data set; set DATASET.ROOT to its folder")
        }
        start = try StartingModel(recipe, in: path)
        configuration = start.configuration
        place = try start.tokenizerPlace()
        for source in recipe.dataSources { try Paths.requireFolder(source.root) }
        let data = try JoinedDataSets(recipe.dataSources.map { ($0.root, $0.weight) })
        reading = data.reading
        train = try data.split(.train)
        validation = try data.split(.validation)
        order = EpochSampler(
            train, sampler: recipe.sampler, seed: recipe.seed, shuffle: recipe.shuffle)
        guard order.count >= recipe.batchSize else {
            throw UsageError(
                "\(recipe.dataSet): \(order.count) training images are fewer than a batch of "
                    + "\(recipe.batchSize); lower TRAIN.BATCH_SIZE_TOTAL")
        }
    }

    /// Trains, or does this process's part of it.
    public func run(
        at place: RankPlace = .alone, stop: StopRequest = .never
    ) throws -> TrainingEnd {
        if place.leads { try prepareFolder(recipe.yaml(model: configuration.yaml)) }
        let ranks = try place.join()
        return try ranks.map { ranks in
            try ranks.perform { try perform(Distribution(ranks.group), ranks, place, stop) }
        } ?? perform(Distribution(), nil, place, stop)
    }

    /// This process's part of the run.
    private func perform(
        _ distribution: Distribution, _ ranks: Ranks?, _ place: RankPlace, _ stop: StopRequest
    ) throws -> TrainingEnd {
        let log = distribution.leads ? log : log.warningsOnly
        let device = try ranks?.device(recipe.device, place) ?? Arguments.device(recipe.device)
        describe(device, distribution, log)
        let model = try start.load(on: device, log)
        return try withLock(distribution) {
            let trainer = try Trainer(
                recipe, text: recipe.yaml(model: configuration.yaml) + sizes,
                data: distribution.leads ? try data() : "",
                start: distribution.leads ? try start.digests() : "", model: model,
                preprocessing: configuration.preprocessing, folder: folder,
                distribution: distribution, hooks: hooks(distribution, ranks?.heartbeat, stop, log))
            stop.heeded()
            let (state, isFinished) = try trainer.run(resuming: resuming)
            guard isFinished else {
                // Another process may have been asked.
                return .stopped(step: state.step, run: folder, signal: stop.signal() ?? SIGTERM)
            }
            let end = TrainingEnd.finished(model: "\(folder)/model")
            guard distribution.leads else { return end }
            try writeModel(trainer, model)
            let best = state.best.map { String(format: "%.4f", $0) } ?? "none"
            let step = state.bestStep ?? 0
            // What is not worth its training must not pass for trained.
            let level: (String) -> Void = step > 0 ? { log.note($0) } : { log.warning($0) }
            level(
                "best \(recipe.trackedMetric) \(best) at step \(step)"
                    + (step > 0 ? "" : ", the start: training made it no better")
                    + "; model: \(folder)/model")
            return end
        }
    }

    /// The rows of all data sets, which a resumed run must share.
    private func data() throws -> String {
        try recipe.dataSources.map { try DataSetIdentity($0.root).text }.joined(separator: "\n")
    }

    /// What checkpoints of every version were guarded by besides the recipe, so that all can be
    /// resumed: sizes of tables that are one file each, and of the starting weights.
    private var sizes: String {
        let tables = recipe.dataSources.flatMap { source in
            ["train_images", "train_text"].map { name in
                let path = "\(source.root)/\(name).tsv"
                return "\(name) \((try? FileSystem.size(path)) ?? 0)"
            }
        }
        let weights = start.files.map { "weights \((try? FileSystem.size($0)) ?? 0)" }
        return (tables + weights).joined(separator: "\n")
    }

    private func describe(_ device: Device, _ distribution: Distribution, _ log: Log) {
        log.note(
            "training on \(device), libtorch \(Runtime.version), threads: \(Runtime.threads)")
        log.note(batchNote(distribution))
        if !recipe.withoutEffect.isEmpty {
            log.note("no effect here: \(recipe.withoutEffect.joined(separator: ", "))")
        }
    }

    /// What a step really computes on.
    private func batchNote(_ distribution: Distribution) -> String {
        var note = "batch: \(recipe.batchSize) images"
        let share = distribution.share(of: recipe.batchSize, rank: distribution.size - 1).count
        if distribution.size > 1 {
            note += ", on \(distribution.size) processes at most \(share) each"
        }
        if let part = recipe.microBatch, part < share { note += ", \(part) at a time" }
        return note + "; the loss is over all \(recipe.batchSize)"
    }

    private func prepareFolder(_ text: String) throws {
        if FileSystem.kind(folder) != nil, !resuming {
            let names = try FileSystem.names(in: folder)
            guard names.isEmpty else {
                throw UsageError(
                    "\(folder): exists already; go on with --resume, or choose another --out")
            }
        }
        try FileSystem.makeFolder(folder)
        for name in ["config.yaml", "log.jsonl", "last", "best"] {
            Temporaries.sweep(beside: "\(folder)/\(name)")
        }
        if FileSystem.kind("\(folder)/config.yaml") == nil {
            try FileSystem.write(text, to: "\(folder)/config.yaml")
        }
    }

    /// Two processes in one run folder would spoil each other's checkpoints.
    private func withLock<Result>(
        _ distribution: Distribution, _ body: () throws -> Result
    ) throws -> Result {
        guard distribution.leads else { return try body() }
        guard let lock = try FolderLock(folder, patience: 3) else {
            throw UsageError("\(folder): another process is training in this folder")
        }
        defer { lock.release() }
        return try body()
    }

    private func hooks(
        _ distribution: Distribution, _ heartbeat: Heartbeat?, _ stop: StopRequest, _ log: Log
    ) throws -> TrainerHooks {
        let tokenizer = try place.open(for: configuration.model.text)
        let workers = workers
        let data = try TrainingBatches(
            train: train, order: order, recipe: recipe, distribution: distribution,
            transform: transform(), workers: workers, cache: cache)
        let judge = try ValidationJudge(
            train: train, validation: validation, recipe: recipe,
            preprocessing: configuration.preprocessing, tokenizer: tokenizer, workers: workers,
            cache: cache, distribution: distribution)
        let reporter = TrainingReporter(log, warmup: recipe.warmupSteps)
        var hooks = TrainerHooks(
            count: order.count, tokenize: { tokenizer.batch($0) },
            batches: { data.batches(epoch: $0, from: $1) },
            validate: { try judge.metrics(of: $0) },
            clock: { Date().timeIntervalSince1970 },
            report: { if distribution.leads { reporter.report($0) } })
        if let heartbeat { hooks.alone = { try heartbeat.busy($0) } }
        hooks.stepped = { heartbeat?.advance(to: $0) }
        hooks.isStopping = { stop.signal() != nil }
        return hooks
    }

    private var workers: Int {
        recipe.workers > 0 ? recipe.workers : ProcessInfo.processInfo.activeProcessorCount
    }

    private func transform() throws -> ImageTransform {
        try configuration.preprocessing.transform(recipe.augmentation)
    }

    private func writeModel(_ trainer: Trainer, _ model: ImageTextModel) throws {
        let path = "\(folder)/model"
        if FileSystem.kind(path) != nil { try FileSystem.remove(path) }
        let weights = try trainer.finalWeights()
        // Into the model's own tensors, one at a time: memory holds no second set of weights.
        let entries = model.named
        try withoutGradients {
            for (name, tensor) in entries { try tensor.overwrite(with: weights.tensor(name)) }
        }
        var described = configuration
        described.preprocessing.reading = reading
        let rows = try train.digests().map { LearnedRows.Table(rows: $0.rows, sha256: $0.sha256) }
        try ModelFolder.write(
            entries, described, tokenizer: place,
            learned: LearnedRows((start.folder?.learned.tables ?? []) + rows), to: path)
    }
}
