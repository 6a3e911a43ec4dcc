public import Encoders
internal import Files
internal import Layers
public import Torch

/// One process's contrastive fine-tuning: batches in, checkpoints and a model folder out.
///
/// Every random choice is a function of (seed, epoch, row) or (seed, step), so a run that was
/// killed and resumed ends with the same bytes on a processor as one that was not.
public final class Trainer {
    private let recipe: Recipe
    private let model: ImageTextModel
    private let hooks: TrainerHooks
    private let preprocessing: Preprocessing
    private let store: CheckpointStore
    private let optimizer: AdamW
    private let ema: EMA?
    private let smoothed: ImageTextModel?
    private let schedule: LearningRateSchedule
    private let stepsPerEpoch: Int
    private let groups: ParameterGroups
    private var state = RunState()
    private let folder: String

    /// Prepares a run in `folder`, which exists. `text` is the complete recipe.
    public init(
        _ recipe: Recipe, text: String, model: ImageTextModel, preprocessing: Preprocessing,
        folder: String, hooks: TrainerHooks
    ) throws {
        (self.recipe, self.model, self.hooks) = (recipe, model, hooks)
        (self.preprocessing, self.folder) = (preprocessing, folder)
        store = CheckpointStore(run: folder, recipe: text)
        let entries = model.parameters.entries
        groups = try ParameterGroups(recipe.rules, names: entries.map(\.name))
        let frozen = Set(groups.frozen)
        let trained = entries.filter { !frozen.contains($0.name) }
        for (_, tensor) in trained { try tensor.setRequiresGradient() }
        optimizer = try AdamW(
            groups.groups, Dictionary(uniqueKeysWithValues: trained.map { ($0.name, $0.tensor) }))
        ema = try recipe.smoothing.map { try EMA(trained, decay: $0) }
        smoothed = try ema.map { ema in
            try ImageTextModel(
                model.configuration, from: OverlaySource(ema.averages, over: entries))
        }
        stepsPerEpoch = max(1, hooks.count / recipe.batchSize)
        schedule = LearningRateSchedule(
            peak: recipe.learningRate, warmup: recipe.warmupRate,
            warmupSteps: recipe.warmupSteps, minimum: recipe.minimumRate,
            totalSteps: recipe.epochs * stepsPerEpoch)
    }

    /// Trains to the end.
    /// - Parameter resuming: whether to go on from the newest checkpoint of the folder.
    /// - Returns: the state at the end; the best weights stand in the store.
    public func run(resuming: Bool) throws -> RunState {
        if resuming { try restore() }
        let total = schedule.totalSteps
        hooks.report(
            .started(
                step: state.step, steps: total, stepsPerEpoch: stepsPerEpoch,
                trained: groups.groups.reduce(0) { $0 + $1.names.count },
                frozen: groups.frozen.count))
        // Before the first checkpoint everything is written again, the untrained evaluation too.
        let kept = state.step == 0 ? -1 : state.step
        let log = try RunLog(folder: folder, keeping: kept, time: hooks.clock())
        if state.step == 0, recipe.evaluatesAtStart { try evaluate(log, decides: false) }
        while state.step < total { try runEpoch(log, until: total) }
        return state
    }

    /// The weights that the recipe calls final: of the best checkpoint, smoothed or not.
    public func finalWeights() throws -> StateDictionary {
        try store.best(ema != nil && recipe.evaluatesSmoothed ? "ema" : "model")
    }

    /// The model whose evaluation counts now.
    private var judged: ImageTextModel {
        recipe.evaluatesSmoothed ? smoothed ?? model : model
    }

    private func runEpoch(_ log: RunLog, until total: Int) throws {
        let epoch = state.step / stepsPerEpoch
        let source = try hooks.batches(epoch, state.step % stepsPerEpoch)
        var meter = Meter()
        while state.step < min(total, (epoch + 1) * stepsPerEpoch) {
            let began = hooks.clock()
            guard let batch = try source.next() else {
                throw TrainingError.run(
                    path: recipe.dataSet, reason: "ran out of images in epoch \(epoch + 1)")
            }
            let record = try step(batch)
            meter.add(
                record.loss, images: batch.labels.count, seconds: hooks.clock() - began)
            if state.step % recipe.logEvery == 0 || state.step == total {
                try report(record, &meter, total, log)
            }
            try finishStep(log, total)
        }
    }

    private struct Step { let loss: Double, rate: Double, norm: Double }

    private func step(_ batch: TrainingBatch) throws -> Step {
        let number = state.step + 1
        let shape = [batch.labels.count, 3, preprocessing.height, preprocessing.width]
        let noise = StepNoise(seed: recipe.seed, step: number)
        let images = try model.embed(
            images: Tensor(batch.pixels, shape).moved(to: model.device), .training(noise))
        let loss = try ContrastiveLoss.unified(
            images: images, texts: embed(texts: batch.texts), labels: batch.labels,
            logitScale: model.logitScale)
        let value = try loss.item()
        guard value.isFinite else {
            throw TrainingError.notFinite(step: number, value: value, keys: batch.keys)
        }
        try loss.backward()
        let rate = schedule.rate(step: number)
        let norm = try withoutGradients {
            try optimizer.step(learningRate: rate, clipping: recipe.clipping)
        }
        try ema?.update(step: number)
        state.step = number
        return Step(loss: value, rate: rate, norm: norm)
    }

    /// Features of each image's text [batch, channels]; a text that several images share is
    /// encoded once, which gives the same features and gradients.
    private func embed(texts: [String]) throws -> Tensor {
        let unique = Array(Set(texts)).sorted()
        let position = Dictionary(uniqueKeysWithValues: unique.enumerated().map { ($1, $0) })
        let features = try model.embed(texts: try hooks.tokenize(unique))
        let rows = try Tensor(texts.map { position[$0] ?? 0 }, [texts.count])
        return try features.rows(rows.moved(to: model.device))
    }

    private func report(
        _ step: Step, _ meter: inout Meter, _ total: Int, _ log: RunLog
    ) throws {
        let speed = meter.imagesPerSecond
        let left = Double((total - state.step) * recipe.batchSize) / max(speed, 1e-9)
        let record = StepRecord(
            step: state.step, steps: total, epoch: Double(state.step) / Double(stepsPerEpoch),
            loss: meter.meanLoss, learningRate: step.rate, gradientNorm: step.norm,
            temperature: try withoutGradients { try model.logitScale.exp().item() },
            imagesPerSecond: speed, secondsLeft: left)
        meter = Meter()
        hooks.report(.step(record))
        try log.write(
            "train", step: record.step, time: hooks.clock(),
            [
                ("loss", record.loss), ("learning_rate", record.learningRate),
                ("gradient_norm", record.gradientNorm), ("temperature", record.temperature),
                ("images_per_second", record.imagesPerSecond), ("epoch", record.epoch),
            ])
    }

    private func finishStep(_ log: RunLog, _ total: Int) throws {
        let isLast = state.step == total
        let measures = isLast || isDue(recipe.evaluateEvery)
        if measures { try evaluate(log, decides: true) }
        if isLast || isDue(recipe.saveEvery) || measures && state.bestStep == state.step {
            try save()
        }
    }

    private func isDue(_ every: Int) -> Bool {
        state.step % (every == 0 ? stepsPerEpoch : every) == 0
    }

    private func evaluate(_ log: RunLog, decides: Bool) throws {
        let metrics = try withoutGradients { try hooks.validate(judged) }
        guard let tracked = metrics.first(where: { $0.name == recipe.trackedMetric })?.value else {
            throw TrainingError.recipe(
                path: "EVALDATASET_KNN_CLASSIFICATION.TRACK_METRIC \(recipe.trackedMetric)",
                reason: "is undefined on this validation split (mauc needs a class with rows and "
                    + "a class without); track accuracy or macro_f1")
        }
        // The untrained model is measured but never the best: it has no checkpoint.
        let isBest = decides && (state.bestStep == nil || tracked > (state.best ?? -.infinity))
        if isBest { (state.best, state.bestStep) = (tracked, state.step) }
        hooks.report(.evaluated(step: state.step, metrics: metrics, isBest: isBest))
        try log.write(
            "validation", step: state.step, time: hooks.clock(),
            metrics.map { ($0.name, $0.value ?? .nan) })
    }

    private func save() throws {
        try store.save(
            state, model: model.parameters.entries, optimizer: optimizer.state,
            smoothed: smoothed?.parameters.entries)
        hooks.report(.saved(step: state.step))
    }

    private func restore() throws {
        guard let last = try store.lastState() else { return }
        try withoutGradients {
            let weights = try store.last("model")
            for (name, tensor) in model.parameters.entries {
                try tensor.overwrite(with: try weights.tensor(name))
            }
            if let ema {
                let weights = try store.last("ema")
                for (name, tensor) in ema.averages {
                    try tensor.overwrite(with: try weights.tensor(name))
                }
            }
            try optimizer.restore(store.last("optimizer"), step: last.step)
        }
        state = last
    }
}
