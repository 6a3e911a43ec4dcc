public import CambiumCorpus
public import CambiumEncoders
internal import CambiumFiles
public import CambiumImaging

/// A whole training run in one file: MedImageInsight's keys where they exist, and Cambium's own
/// where they don't. Every value that is not written down has the default shown here.
public struct Recipe: Sendable, Equatable {
    /// The recipe's name, for logs.
    public var name = "run"
    /// Decides every random choice.
    public var seed: UInt64 = 42
    /// `auto`, `cpu`, `cuda` or `cuda:N`.
    public var device = "auto"
    /// The data set folders that `cambium prepare` wrote, and how often their rows come.
    public var dataSources: [DataSource] = []
    /// How often each class comes in an epoch.
    public var sampler = Sampler.natural
    /// A model folder to start from, or "" to start from drawn weights.
    public var pretrained = ""
    /// Weight files to start from, each giving a part of the model (Florence-2's or timm's image
    /// tower, open_clip's text tower); what none of them has is drawn.
    public var startWeights: [String] = []
    /// Where the run folder goes when the command line does not say.
    public var saveFolder = ""
    /// Threads that decode and augment; 0 is one a core.
    public var workers = 0
    /// The model's description; a pretrained folder brings its own where the recipe has none.
    public var model: ModelConfiguration?
    /// What is done to training images.
    public var augmentation = Recipe.usualAugmentation
    /// How images of a batch are mixed; by default not at all.
    public var mixing = Mixing()
    /// Images a step.
    public var batchSize = 32
    /// Images of a process that pass through a tower at once; nil is all of them.
    public var microBatch: Int?
    /// Whether the images of an epoch that fill no batch are left out.
    public var dropsLast = true
    /// What is minimized.
    public var loss = ContrastiveLoss()
    /// The numbers the towers compute in.
    public var precision = Precision.float32
    /// Steps in a row without a finite loss and gradient that end the run.
    public var mostSkipped = 20
    /// Images at a time in evaluation.
    public var evaluationBatchSize = 64
    /// Whether each epoch has an order of its own.
    public var shuffle = true
    /// Passes over the training split.
    public var epochs = 20
    /// The learning rate after warm-up.
    public var learningRate = 1e-5
    /// The learning rate at the start.
    public var warmupRate = 1e-9
    /// Steps to the full rate.
    public var warmupSteps = 5
    /// The learning rate at the end.
    public var minimumRate = 1e-9
    /// Which parameters train, decay and scale.
    public var rules = ParameterRules()
    /// Largest global norm of the gradients; nil leaves them.
    public var clipping: Double? = 1
    /// Decay of the smoothed weights; nil keeps none.
    public var smoothing: Double? = 0.999
    /// Whether evaluation and the final model use the smoothed weights.
    public var evaluatesSmoothed = true
    /// Steps between log lines.
    public var logEvery = 10
    /// Steps between checkpoints; 0 is once an epoch.
    public var saveEvery = 0
    /// Minutes between checkpoints, besides those above; 0 is never.
    public var saveMinutes = 0.0
    /// The newest checkpoints that are kept, besides the best.
    public var keptCheckpoints = 2
    /// Steps between evaluations; 0 is once an epoch.
    public var evaluateEvery = 0
    /// Whether the untrained model is evaluated too.
    public var evaluatesAtStart = true
    /// Whether the start, where it is evaluated, can be the best: training can do harm.
    public var bestIncludesStart = true
    /// Neighbours of the KNN evaluation; nil does none.
    public var neighbors: Int? = 10
    /// Texts of the zero-shot evaluation, in which `{}` stands for the class text; none does none.
    public var templates: [String] = []
    /// The validation metric that decides which checkpoint is best; those of zero-shot begin with
    /// ``zeroShotPrefix``.
    public var trackedMetric = "macro_f1"
    /// When the run ends before its last epoch; nil is never.
    public var earlyStopping: EarlyStopping?
    /// Keys of other trainers that this recipe holds and that have no effect here.
    public var withoutEffect: [String] = []

    /// Stands before the names of the zero-shot evaluation's metrics.
    public static let zeroShotPrefix = "zero_shot_"

    /// The defaults above.
    public init() {}
}

extension Recipe {
    /// Reads a recipe with `KEY.KEY=VALUE` overrides laid over it.
    /// - Parameter metrics: what the evaluation during training measures; nil where any name of a
    ///   metric shall do.
    /// - Throws: `SettingsError` with the line of what is unknown, impossible or not built.
    public init(file path: String, overrides: [String] = [], metrics: [String]? = nil) throws {
        try self.init(Settings(file: path, overrides: overrides), metrics)
    }

    /// Reads a recipe's text.
    /// - Parameter metrics: what the evaluation during training measures; nil where any name of a
    ///   metric shall do.
    public init(text: String, overrides: [String] = [], metrics: [String]? = nil) throws {
        try self.init(Settings(text: text, file: "recipe", overrides: overrides), metrics)
    }

    private init(_ settings: Settings, _ metrics: [String]?) throws {
        self.init()
        try readRun(settings)
        try readModel(settings)
        if let images = try settings.settings("AUG") { try read(augmentation: images) }
        try readData(settings)
        try readOptimization(settings)
        try readEvaluation(settings, metrics)
        try settings.finish()
    }

    private mutating func readRun(_ settings: Settings) throws {
        if let task = try settings.string("TASK"), task != "UniCLTask" {
            throw settings.invalid("TASK", "is \(task); Cambium trains UniCLTask")
        }
        name = try settings.string("NAME") ?? name
        if let value = try settings.integer("SEED") {
            guard value >= 0 else { throw settings.invalid("SEED", "must be at least 0") }
            seed = UInt64(value)
        }
        device = try settings.string("DEVICE") ?? device
        saveFolder = try settings.string("SAVE_DIR") ?? saveFolder
        workers = try settings.count("WORKERS", 0...1024) ?? workers
        logEvery = try settings.count("LOG_EVERY", 1...1_000_000) ?? logEvery
        saveEvery = try settings.count("SAVE_PER_OPTIM_STEPS", 0...1_000_000_000) ?? saveEvery
        evaluateEvery =
            try settings.count("EVAL_PER_OPTIM_STEPS", 0...1_000_000_000) ?? evaluateEvery
        evaluatesAtStart = try settings.bool("EVAL_AT_START") ?? evaluatesAtStart
        bestIncludesStart = try settings.bool("BEST_INCLUDES_START") ?? bestIncludesStart
        saveMinutes = try settings.number("SAVE_PER_MINUTES", 0...1e6) ?? saveMinutes
        keptCheckpoints = try settings.count("KEEP_CHECKPOINTS", 1...100_000) ?? keptCheckpoints
        mostSkipped = try settings.count("MAX_SKIPPED_STEPS", 1...1_000_000) ?? mostSkipped
        if let name = try settings.string("PRECISION") {
            guard let value = Precision(rawValue: name) else {
                throw settings.invalid(
                    "PRECISION", "is \(name); known: float32, bfloat16, float16")
            }
            precision = value
        }
        noteForeign(settings)
    }

    /// Keys that steer how MedImageInsight's trainer works, not what it computes.
    private mutating func noteForeign(_ settings: Settings) {
        let foreign = [
            "SAVE_TIMER_LOG", "LOGLEVEL_OVERRIDE", "LOG_GPU_MEM", "RESUME", "RESET_DATA_LOADER",
            "FP16", "AMP", "ZERO_STAGE", "DEEPSPEED", "FIND_UNUSED_PARAMETERS", "EVAL_STRATEGY",
            "NO_AUTO_LR_SCALING", "SET_SAMPLER_EPOCH", "DONT_LOAD_MODEL", "user_dir", "VERBOSE",
            "PIN_MEMORY", "GRADIENT_ACCUMULATE_STEP", "EVALUATION_SPLITS", "ZEROSHOT_EVAL_DATASET",
            "SAVE_PER_UPDATE_NUM", "EVAL_PER_UPDATE_NUM",
        ]
        for key in foreign where settings.keys.contains(key) {
            settings.accept(key)
            withoutEffect.append(key)
        }
    }

    private mutating func readModel(_ settings: Settings) throws {
        if let shared = try settings.settings("UNICL_MODEL") {
            pretrained = try shared.string("PRETRAINED") ?? pretrained
        }
        let parts = ["IMAGE_ENCODER", "LANG_ENCODER"]
        if settings.keys.contains(where: parts.contains) {
            model = try ModelConfiguration(settings)
        } else {
            settings.accept("UNICL_MODEL")
            try settings.settings("UNICL_MODEL")?.acceptAll()
        }
        if let path = try settings.string("MODEL") { pretrained = path }
        startWeights = try settings.strings("WEIGHTS") ?? []
        for key in parts {
            guard let part = try settings.settings(key) else { continue }
            let isWanted = try part.bool("LOAD_PRETRAINED") ?? true
            if let path = try part.string("PRETRAINED"), isWanted, !path.isEmpty {
                startWeights.append(path)
            }
        }
        if let loss = try settings.settings("LOSS") { try read(loss: loss) }
    }

    private mutating func read(loss settings: Settings) throws {
        if let name = try settings.string("LOSS") {
            guard let kind = ContrastiveLoss.Kind(rawValue: name) else {
                let known = ContrastiveLoss.Kind.allCases.map(\.rawValue)
                throw settings.invalid(
                    "LOSS", "is \(name); known: \(known.joined(separator: ", "))")
            }
            loss.kind = kind
        }
        loss.labelSmoothing = try settings.number("LABEL_SMOOTHING", 0...0.99) ?? 0
        if loss.kind == .siglip, loss.labelSmoothing > 0 {
            throw settings.invalid("LABEL_SMOOTHING", "does not apply to SigLIP; remove it")
        }
    }

    private mutating func readData(_ settings: Settings) throws {
        if let data = try settings.settings("DATASET") {
            try readSources(data)
            data.accept("DATASET", "TEXT_FORMAT", "TRAIN_SET", "DATA_FORMAT", "LOADER")
            data.accept("TOKEN_FILE", "TRAIN_TSV_LIST", "TEST_SET")
        }
        if let train = try settings.settings("TRAIN") {
            batchSize = try train.count("BATCH_SIZE_TOTAL", 1...1_000_000) ?? batchSize
            shuffle = try train.bool("SHUFFLE") ?? shuffle
            let isPlain = sampler == .natural && dataSources.allSatisfy { $0.weight == 1 }
            guard shuffle || isPlain else {
                throw train.invalid(
                    "SHUFFLE", "is false: that is for SAMPLER default and weights of 1")
            }
            microBatch = try train.count("BATCH_SIZE_PER_GPU", 1...1_000_000)
            dropsLast = try train.bool("DROP_LAST") ?? dropsLast
        }
        if let test = try settings.settings("TEST") {
            evaluationBatchSize =
                try test.count("BATCH_SIZE_PER_GPU", 1...1_000_000) ?? evaluationBatchSize
            test.accept("MODEL_FILE")
            if try test.bool("CENTER_CROP") == true {
                throw test.invalid("CENTER_CROP", "is true; this version resizes without a crop")
            }
        }
    }
}
