public import CambiumEncoders
internal import CambiumFiles
internal import CambiumLayers
public import CambiumTorch

/// Contrastive fine-tuning: batches in, checkpoints out. One of several processes computes its
/// part of each step; the leading one keeps the log and the checkpoints.
///
/// Every random choice is a function of (seed, epoch, row) or (seed, step), so a run that was
/// killed and resumed ends with the same bytes on a processor as one that was not.
public final class Trainer {
    private let recipe: Recipe
    private let model: ImageTextModel
    private let hooks: TrainerHooks
    private let preprocessing: Preprocessing
    private let distribution: Distribution
    private let contrast: ContrastiveStep
    private let weights: TrainedWeights
    private let schedule: LearningRateSchedule
    private let stepsPerEpoch: Int
    private var saver: CheckpointSaver
    private var state = RunState()
    /// What the newest checkpoint holds.
    private var saved = RunState()
    private let folder: String

    /// Prepares a run in `folder`, which exists. `text` is the complete recipe, `data` what tells
    /// the leading process's images and texts from others, `start` what tells its starting weights.
    public init(
        _ recipe: Recipe, text: String, data: String = "", start: String = "",
        model: ImageTextModel, preprocessing: Preprocessing, folder: String,
        distribution: Distribution = Distribution(),
        hooks: TrainerHooks
    ) throws {
        (self.recipe, self.model, self.hooks) = (recipe, model, hooks)
        (self.preprocessing, self.folder, self.distribution) = (preprocessing, folder, distribution)
        weights = try TrainedWeights(recipe, model)
        saver = CheckpointSaver(
            CheckpointStore(
                run: folder, recipe: text, data: data, weights: start,
                keeping: recipe.keptCheckpoints),
            minutes: recipe.saveMinutes, clock: hooks.clock)
        contrast = ContrastiveStep(
            model: model, loss: recipe.loss, logitBias: weights.logitBias,
            distribution: distribution, reducer: try weights.reducer(distribution),
            microBatch: recipe.microBatch ?? recipe.batchSize, precision: recipe.precision,
            tokenize: hooks.tokenize)
        stepsPerEpoch = Self.stepsPerEpoch(recipe, hooks.count, distribution)
        schedule = LearningRateSchedule(
            peak: recipe.learningRate, warmup: recipe.warmupRate,
            warmupSteps: recipe.warmupSteps, minimum: recipe.minimumRate,
            totalSteps: recipe.epochs * stepsPerEpoch)
        state.scaler = GradientScaler(recipe.precision)
        state.processes = distribution.size
        guard recipe.batchSize >= distribution.size else {
            throw TrainingError.recipe(
                path: "TRAIN.BATCH_SIZE_TOTAL",
                reason: "is \(recipe.batchSize), less than one image for each of "
                    + "\(distribution.size) processes; raise it or start fewer")
        }
    }

    /// Trains to the end, or until the hooks say that the run is stopping.
    /// - Parameter resuming: whether to go on from the newest checkpoint of the folder.
    /// - Returns: the state at the end; the best weights stand in the store.
    public func run(resuming: Bool) throws -> (state: RunState, isFinished: Bool) {
        try restore(resuming)
        let total = schedule.totalSteps
        hooks.report(
            .started(
                step: state.step, steps: total, stepsPerEpoch: stepsPerEpoch,
                trained: weights.groups.groups.reduce(0) { $0 + $1.names.count },
                frozen: weights.groups.frozen.count))
        // Before the first checkpoint everything is written again, the untrained evaluation too.
        let kept = state.step == 0 ? -1 : state.step
        let log =
            distribution.leads
            ? try RunLog(folder: folder, keeping: kept, time: hooks.clock()) : nil
        if state.step == 0, recipe.evaluatesAtStart { try evaluateStart(log) }
        while state.step < total, !isEnded {
            guard try runEpoch(log, until: total) else { return (state, false) }
        }
        return (state, true)
    }

    /// The weights that the recipe calls final: of the best checkpoint, smoothed or not.
    public func finalWeights() throws -> StateDictionary {
        try saver.store.best(
            weights.ema != nil && recipe.evaluatesSmoothed ? "ema" : "model")
    }

    /// Whether the tracked metric has not risen for as long as the recipe waits.
    private var isEnded: Bool {
        recipe.earlyStopping.map { state.waiting.waited >= $0.patience } ?? false
    }

    private static func stepsPerEpoch(
        _ recipe: Recipe, _ count: Int, _ distribution: Distribution
    ) -> Int {
        let (whole, rest) = count.quotientAndRemainder(dividingBy: recipe.batchSize)
        // One image is no contrast, and every process needs one.
        let counts = !recipe.dropsLast && rest >= max(2, distribution.size)
        return max(1, whole + (counts ? 1 : 0))
    }

    /// - Returns: false when the run is to stop.
    private func runEpoch(_ log: RunLog?, until total: Int) throws -> Bool {
        let epoch = state.step / stepsPerEpoch
        let source = try hooks.batches(epoch, state.step % stepsPerEpoch)
        var meter = Meter(state.losses)
        while state.step < min(total, (epoch + 1) * stepsPerEpoch), !isEnded {
            let began = hooks.clock()
            guard let batch = try source.next() else {
                throw TrainingError.run(
                    path: recipe.dataSet, reason: "ran out of images in epoch \(epoch + 1)")
            }
            let record = try step(batch)
            if record.isGood {
                meter.add(
                    record.loss, images: batch.labels.count, seconds: hooks.clock() - began)
            }
            if state.step % recipe.logEvery == 0 || state.step == total {
                try report(record, &meter, total, log)
            }
            state.losses = state.step % stepsPerEpoch == 0 ? LossSum() : meter.losses
            try finishStep(log, total)
            if record.isStopping, state.step < total {
                try save(mustSucceed: true)
                return false
            }
        }
        return true
    }

    private struct Step {
        let loss: Double, rate: Double, norm: Double
        let isStopping: Bool
        var isGood: Bool { loss.isFinite && norm.isFinite }
    }

    private func step(_ batch: TrainingBatch) throws -> Step {
        let number = state.step + 1
        hooks.stepped(number)
        let scale = state.scaler.scale
        let found = try contrast(
            batch, shape: [3, preprocessing.height, preprocessing.width], seed: recipe.seed,
            step: number, scale: scale, wantsStop: hooks.isStopping())
        let rate = schedule.rate(step: number)
        let norm = try withoutGradients {
            guard found.loss.isFinite else {
                weights.optimizer.clearGradients()
                return Double.nan
            }
            return try weights.optimizer.step(
                learningRate: rate, clipping: recipe.clipping, scale: scale)
        }
        state.step = number
        state.scaler.update(finite: norm.isFinite, recipe.precision)
        let step = Step(
            loss: found.loss, rate: rate, norm: norm, isStopping: found.stopping > 0)
        if step.isGood {
            state.skippedInRow = 0
            try weights.ema?.update(step: number - state.skipped)
        } else {
            try skip(step, batch)
        }
        return step
    }

    private func skip(_ step: Step, _ batch: TrainingBatch) throws {
        (state.skipped, state.skippedInRow) = (state.skipped + 1, state.skippedInRow + 1)
        guard state.skippedInRow < recipe.mostSkipped else {
            throw TrainingError.notFinite(
                step: state.step, steps: state.skippedInRow, value: step.loss, keys: batch.keys)
        }
        hooks.report(
            .skipped(step: state.step, loss: step.loss, norm: step.norm, keys: batch.keys))
    }

    private func report(
        _ step: Step, _ meter: inout Meter, _ total: Int, _ log: RunLog?
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
        try log?.write(
            "train", step: record.step, time: hooks.clock(),
            [
                ("loss", record.loss), ("learning_rate", record.learningRate),
                ("gradient_norm", record.gradientNorm), ("temperature", record.temperature),
                ("images_per_second", record.imagesPerSecond), ("epoch", record.epoch),
            ])
    }

    private func finishStep(_ log: RunLog?, _ total: Int) throws {
        let measures = state.step == total || isDue(recipe.evaluateEvery)
        if measures { try evaluate(log, decides: true) }
        let isLast = state.step == total || isEnded
        if isEnded, state.step < total { hooks.report(.endedEarly(step: state.step)) }
        if isLast || isDue(recipe.saveEvery) || saver.isDue
            || measures && state.bestStep == state.step
        {
            try save(mustSucceed: isLast)
        }
    }

    /// Measures what training starts from. Its weights are kept as the best so far, alone: a run
    /// that was stopped before its first checkpoint begins anew.
    private func evaluateStart(_ log: RunLog?) throws {
        try evaluate(log, decides: recipe.bestIncludesStart)
        guard distribution.leads, recipe.bestIncludesStart else { return }
        do {
            try hooks.alone { try saver.saveStart(weights) }
            (saved.best, saved.bestStep) = (state.best, state.bestStep)
        } catch let error as FileError {
            (state.best, state.bestStep) = (nil, nil)
            hooks.report(.notSaved(step: 0, reason: error.description))
        }
    }

    private func isDue(_ every: Int) -> Bool {
        state.step % (every == 0 ? stepsPerEpoch : every) == 0
    }

    private func evaluate(_ log: RunLog?, decides: Bool) throws {
        let judged = recipe.evaluatesSmoothed ? weights.smoothed ?? model : model
        let metrics = try distribution.agreed(
            try withoutGradients { try hooks.validate(judged) })
        guard let tracked = metrics.first(where: { $0.name == recipe.trackedMetric })?.value else {
            throw TrainingError.recipe(
                path: "TRACK_METRIC \(recipe.trackedMetric)",
                reason: "is undefined on this validation split (mauc needs a class with rows and "
                    + "a class without); track accuracy or macro_f1")
        }
        let isBest = decides && (state.bestStep == nil || tracked > (state.best ?? -.infinity))
        if isBest { (state.best, state.bestStep) = (tracked, state.step) }
        if decides { _ = recipe.earlyStopping?.ends(after: tracked, &state.waiting) }
        hooks.report(.evaluated(step: state.step, metrics: metrics, isBest: isBest))
        try log?.write(
            "validation", step: state.step, time: hooks.clock(),
            metrics.map { ($0.name, $0.value ?? .nan) })
    }

    private func save(mustSucceed: Bool) throws {
        guard distribution.leads, saved.step != state.step else { return }
        do {
            try hooks.alone { try saver.save(state, weights) }
            saved = state
            hooks.report(.saved(step: state.step))
        } catch let error as FileError where !mustSucceed {
            // What has no checkpoint is not the best: its weights are gone with the next step.
            (state.best, state.bestStep) = (saved.best, saved.bestStep)
            hooks.report(.notSaved(step: state.step, reason: error.description))
        }
    }

    /// Takes up the newest checkpoint where there is one; all processes begin with the leading
    /// one's numbers.
    private func restore(_ resuming: Bool) throws {
        let last = resuming && distribution.leads ? try saver.store.lastState() : nil
        if let last { try saver.restore(weights, last) }
        let before = try distribution.agreed(last ?? state)
        try distribution.synchronize(weights.all)
        weights.optimizer.resume(step: before.step - before.skipped)
        guard before.step > 0 else { return }
        if before.processes != distribution.size {
            hooks.report(.processes(before: before.processes, now: distribution.size))
        }
        (state, saved) = (before, before)
        state.processes = distribution.size
    }
}
