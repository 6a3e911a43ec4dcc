public import CambiumFiles
internal import CambiumImaging

/// A model's description, as MedImageInsight's `config.yaml` holds it.
public struct ModelConfiguration: Sendable, Equatable {
    /// The two towers.
    public var model = ImageTextConfiguration()
    /// What is done to an image first.
    public var preprocessing = Preprocessing()

    /// MedImageInsight's own sizes.
    public init() {}

    /// Reads `IMAGE_ENCODER`, `LANG_ENCODER` and `UNICL_MODEL`; what a key leaves out is
    /// MedImageInsight's value. Other top-level keys are the trainer's business.
    /// - Throws: `SettingsError` for an unknown or impossible value, with its line.
    public init(_ settings: Settings) throws {
        if let image = try settings.settings("IMAGE_ENCODER") { try read(image: image) }
        if let text = try settings.settings("LANG_ENCODER") { try read(text: text) }
        if let reading = try settings.settings("IMAGE_READING") {
            preprocessing.reading = try ImageReading(reading)
        }
        if let shared = try settings.settings("UNICL_MODEL") {
            model.projection = try shared.integer("DIM_PROJECTION") ?? model.projection
            model.logitScale = try shared.double("LOGIT_SCALE_INIT") ?? model.logitScale
            if let name = try shared.string("INITIALIZATION") {
                guard let start = WeightStart(rawValue: name) else {
                    throw shared.invalid("INITIALIZATION", "is \(name); known: published, fan_in")
                }
                model.start = start
            }
            shared.accept("GATHER_TENSORS", "LOAD_PRETRAINED", "PRETRAINED", "PRETRAINED_LAYERS")
            let sizes = 1...DaViTConfiguration.mostChannels
            guard sizes.contains(model.projection) else {
                throw shared.invalid(
                    "DIM_PROJECTION", "must be from 1 to \(sizes.upperBound)")
            }
        }
    }

    private mutating func read(image settings: Settings) throws {
        settings.accept("NUM_CLASSES", "LOAD_PRETRAINED", "PRETRAINED", "PRETRAINED_LAYERS")
        if let name = try settings.string("NAME"), name != "davit_v1" {
            throw settings.invalid("NAME", "is \(name); Cambium builds davit_v1")
        }
        if let size = try settings.integers("IMAGE_SIZE") {
            guard size.count == 2, size.allSatisfy({ (1...16384).contains($0) }) else {
                throw settings.invalid("IMAGE_SIZE", "must be [height, width] in pixels")
            }
            (preprocessing.height, preprocessing.width) = (size[0], size[1])
        }
        preprocessing.mean = try colour(settings, "IMAGE_MEAN") ?? preprocessing.mean
        preprocessing.deviation = try colour(settings, "IMAGE_STD") ?? preprocessing.deviation
        guard !preprocessing.deviation.contains(where: { $0 <= 0 }) else {
            throw settings.invalid("IMAGE_STD", "must be above 0")
        }
        if let spec = try settings.settings("SPEC") { try read(spec: spec) }
        if let problem = model.image.problem {
            throw settings.invalid("SPEC", "does not fit together: \(problem)")
        }
    }

    private mutating func read(spec settings: Settings) throws {
        // DROP_RATE stands in MedImageInsight's file, and its code never reads it.
        settings.accept("DROP_RATE")
        model.image.checkpoints =
            try settings.bool("ENABLE_CHECKPOINT") ?? model.image.checkpoints
        model.image.widths = try settings.integers("DIM_EMBED") ?? model.image.widths
        model.image.depths = try settings.integers("DEPTHS") ?? model.image.depths
        model.image.heads = try settings.integers("NUM_HEADS") ?? model.image.heads
        model.image.groups = try settings.integers("NUM_GROUPS") ?? model.image.groups
        model.image.patchSize = try settings.integers("PATCH_SIZE") ?? model.image.patchSize
        model.image.patchStride = try settings.integers("PATCH_STRIDE") ?? model.image.patchStride
        model.image.patchPadding =
            try settings.integers("PATCH_PADDING") ?? model.image.patchPadding
        model.image.patchPrenorm =
            try settings.bools("PATCH_PRENORM") ?? model.image.patchPrenorm
        model.image.window = try settings.integer("WINDOW_SIZE") ?? model.image.window
        model.image.mlpRatio = try settings.integer("MLP_RATIO") ?? model.image.mlpRatio
        model.image.dropPathRate =
            try settings.double("DROP_PATH_RATE") ?? model.image.dropPathRate
        guard (0..<1).contains(model.image.dropPathRate) else {
            throw settings.invalid("DROP_PATH_RATE", "must be at least 0 and below 1")
        }
    }

    private mutating func read(text settings: Settings) throws {
        settings.accept(
            "LOAD_PRETRAINED", "PRETRAINED", "PRETRAINED_LAYERS", "PRETRAINED_TOKENIZER")
        if let name = try settings.string("NAME"), name != "transformer" {
            throw settings.invalid("NAME", "is \(name); Cambium builds transformer")
        }
        if let name = try settings.string("TOKENIZER"), name != "clip" {
            throw settings.invalid("TOKENIZER", "is \(name); Cambium has clip")
        }
        if try settings.bool("AUTOGRESSIVE") == true {
            throw settings.invalid(
                "AUTOGRESSIVE", "is true; Cambium's text encoder looks both ways")
        }
        model.text.contextLength =
            try settings.integer("CONTEXT_LENGTH") ?? model.text.contextLength
        model.text.vocabulary = try settings.integer("VOCAB_SIZE") ?? model.text.vocabulary
        model.text.width = try settings.integer("WIDTH") ?? model.text.width
        model.text.heads = try settings.integer("HEADS") ?? model.text.heads
        model.text.layers = try settings.integer("LAYERS") ?? model.text.layers
        if let problem = model.text.problem {
            throw settings.invalid("WIDTH", "does not fit together: \(problem)")
        }
    }

    private func colour(_ settings: Settings, _ key: String) throws -> [Double]? {
        guard let values = try settings.doubles(key) else { return nil }
        guard values.count == 3 else {
            throw settings.invalid(key, "needs one value for red, green and blue each")
        }
        return values
    }
}

extension ModelConfiguration {
    /// The description as `config.yaml`, complete, under MedImageInsight's keys.
    public var yaml: String {
        let image = model.image
        return """
            IMAGE_ENCODER:
              NAME: davit_v1
              NUM_CLASSES: 0
              IMAGE_SIZE: [\(preprocessing.height), \(preprocessing.width)]
              IMAGE_MEAN: \(preprocessing.mean)
              IMAGE_STD: \(preprocessing.deviation)
              SPEC:
                DROP_PATH_RATE: \(image.dropPathRate)
                PATCH_SIZE: \(image.patchSize)
                PATCH_STRIDE: \(image.patchStride)
                PATCH_PADDING: \(image.patchPadding)
                PATCH_PRENORM: \(image.patchPrenorm)
                DIM_EMBED: \(image.widths)
                NUM_HEADS: \(image.heads)
                NUM_GROUPS: \(image.groups)
                DEPTHS: \(image.depths)
                WINDOW_SIZE: \(image.window)
                MLP_RATIO: \(image.mlpRatio)\(image.checkpoints ? "\n    ENABLE_CHECKPOINT: true" : "")
            LANG_ENCODER:
              NAME: transformer
              TOKENIZER: clip
              CONTEXT_LENGTH: \(model.text.contextLength)
              VOCAB_SIZE: \(model.text.vocabulary)
              WIDTH: \(model.text.width)
              HEADS: \(model.text.heads)
              LAYERS: \(model.text.layers)
              AUTOGRESSIVE: false
            UNICL_MODEL:
              DIM_PROJECTION: \(model.projection)
              LOGIT_SCALE_INIT: \(model.logitScale)
              INITIALIZATION: \(model.start.rawValue)

            """ + (preprocessing.reading.map(\.yaml) ?? "")
    }
}
