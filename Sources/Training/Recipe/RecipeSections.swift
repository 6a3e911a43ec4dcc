internal import CambiumFiles

/// The sections of a recipe that say how the optimizer moves and what is measured on the way.
extension Recipe {
    mutating func readOptimization(_ settings: Settings) throws {
        learningRate = try settings.number("START_LEARNING_RATE", 0...10) ?? learningRate
        epochs = try settings.count("MAX_NUM_EPOCHS", 1...1_000_000) ?? epochs
        clipping = try settings.number("GRAD_CLIPPING", 0...1e9) ?? clipping
        if clipping == 0 { clipping = nil }
        if let kind = try settings.string("OPTIMIZER"), kind.lowercased() != "adamw" {
            throw settings.invalid("OPTIMIZER", "is \(kind); Cambium has AdamW")
        }
        if let optimizer = try settings.settings("OPTIMIZER_PARAMS") {
            rules.weightDecay = try optimizer.number("weight_decay", 0...100) ?? rules.weightDecay
        }
        if let custom = try settings.settings("CUSTOMIZED_PARAMS_CONF") {
            try readRules(custom)
        }
        if let kind = try settings.string("LR_SCHEDULER"), kind != "TimmScheduler" {
            throw settings.invalid("LR_SCHEDULER", "is \(kind); Cambium has TimmScheduler")
        }
        if let schedule = try settings.settings("LR_SCHEDULER_PARAMS") {
            if let kind = try schedule.string("sched"), kind != "cosine" {
                throw schedule.invalid("sched", "is \(kind); Cambium has cosine")
            }
            warmupSteps = try schedule.count("warmup_steps", 0...1_000_000_000) ?? warmupSteps
            warmupRate = try schedule.number("warmup_lr", 0...10) ?? warmupRate
            minimumRate = try schedule.number("min_lr", 0...10) ?? minimumRate
            schedule.accept("epochs", "steps_update_per_epoch")
        }
        if let smoothing = try settings.settings("WEIGHT_SMOOTHING") {
            let decay = try smoothing.number("decay", 0...1) ?? 0.999
            self.smoothing = decay == 0 ? nil : decay
            evaluatesSmoothed = try smoothing.bool("eval_smoothed_weight") ?? evaluatesSmoothed
            smoothing.accept("use_cpu")
        }
    }

    private mutating func readRules(_ settings: Settings) throws {
        rules.noDecayModules =
            try settings.strings("NO_WEIGHT_DECAY_MODULES") ?? rules.noDecayModules
        let known = ["dw", "norm"]
        if let other = rules.noDecayModules.first(where: { !known.contains($0) }) {
            throw settings.invalid("NO_WEIGHT_DECAY_MODULES", "holds \(other); known: dw, norm")
        }
        if let patterns = try settings.settings("WEIGHT_DECAY_PATTERNS") {
            rules.decayPatterns = try patterns.keys.map { ($0, try patterns.double($0) ?? 0) }
        }
        if let patterns = try settings.settings("LR_SCALE_PATTERNS") {
            rules.rateScalePatterns = try patterns.keys.map { ($0, try patterns.double($0) ?? 1) }
        }
        rules.layerDecay = try settings.number("LAYER_DECAY", 0.01...1) ?? rules.layerDecay
        rules.freezePatterns = try settings.strings("FREEZE_PATTERNS") ?? []
    }

    mutating func readEvaluation(_ settings: Settings) throws {
        if let stopping = try settings.settings("EARLY_STOPPING") {
            let patience = try stopping.count("patience", 0...1_000_000) ?? 0
            let gain = try stopping.number("min_delta", 0...1) ?? 0
            earlyStopping =
                patience == 0 ? nil : EarlyStopping(patience: patience, minimumGain: gain)
        }
        var tracked: (knn: String?, zeroShot: String?)
        var texts: [String]?
        var (hasKNN, hasZeroShot) = (false, false)
        for key in settings.keys where key.hasPrefix("EVALDATASET_") {
            guard let evaluation = try settings.settings(key) else { continue }
            switch try evaluation.integer("ZS_MODE") ?? 0 {
            case 0:
                hasKNN = true
                neighbors = try evaluation.count("KNN", 1...1_000_000) ?? neighbors
                tracked.knn = try metric(evaluation) ?? tracked.knn
            case 2:
                hasZeroShot = true
                texts = try templates(evaluation) ?? texts
                tracked.zeroShot = try metric(evaluation) ?? tracked.zeroShot
                evaluation.accept("KNN")
            default:
                evaluation.accept("KNN", "TRACK_METRIC")
                withoutEffect.append(key)
            }
            evaluation.accept("TEXT_FORMAT", "FORMAT", "SPLIT", "EVAL_IMAGE_TSV", "EVAL_TEXT_TSV")
            evaluation.accept("IMAGE_TSV", "TEXT_TSV", "LABEL_FILE", "ZS_WEIGHT", "ZIP_FILE")
            evaluation.accept("ZIP_MAP_FILE", "CWEIGHT_FILE")
        }
        if hasZeroShot { templates = texts ?? ["{}"] }
        if hasZeroShot, !hasKNN { neighbors = nil }
        let zeroShot = tracked.zeroShot ?? (neighbors == nil ? trackedMetric : nil)
        trackedMetric =
            tracked.knn ?? zeroShot.map { Self.zeroShotPrefix + $0 } ?? trackedMetric
    }

    private func templates(_ settings: Settings) throws -> [String]? {
        guard let texts = try settings.strings("TEMPLATES") else { return nil }
        guard !texts.isEmpty, texts.allSatisfy({ $0.contains("{}") }) else {
            throw settings.invalid(
                "TEMPLATES", "must be texts that hold {}, the place of the class text")
        }
        return texts
    }

    private func metric(_ settings: Settings) throws -> String? {
        guard let name = try settings.string("TRACK_METRIC") else { return nil }
        let names = ["acc": "accuracy"]
        let metric = names[name] ?? name
        guard ["accuracy", "macro_f1", "mcc", "mauc"].contains(metric) else {
            throw settings.invalid(
                "TRACK_METRIC", "is \(name); known: acc, macro_f1, mcc, mauc")
        }
        return metric
    }
}
