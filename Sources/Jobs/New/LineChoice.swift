internal import CambiumCorpus
internal import CambiumEncoders

/// What a first line over some images is given, and why: a small model from scratch that is
/// trained in minutes on a processor.
struct LineChoice {
    /// Pixels a side that are stored, and that the model sees.
    let stored: Int
    let seen: Int
    let batch: Int
    let epochs: Int
    /// Optimizer steps of an epoch, and between evaluations.
    let steps: Int
    let evaluationSteps: Int
    let warmup: Int
    /// Images that train, about.
    let training: Int
    /// Minutes that were asked for.
    let minutes: Int

    /// Images a second and core that a training step of the small model takes at 64 pixels, on a
    /// slow processor; a guess that only decides the number of epochs.
    private static let speed = 25.0

    init(_ survey: FolderSurvey, minutes: Int, cores: Int) {
        self.minutes = minutes
        (stored, seen) = (96, 64)
        training = max(1, survey.count * 6 / 10)
        batch = training >= 128 ? 32 : training >= 32 ? 16 : 4
        steps = max(1, training / batch)
        let images = Double(60 * minutes) * Self.speed * Double(min(cores, 8))
        epochs = min(max(Int(images / Double(training)), 4), 60)
        evaluationSteps = steps * max(1, epochs / 8)
        warmup = max(2, min(50, steps * epochs / 20))
    }

    /// The model's description: MedImageInsight's architecture with narrow layers.
    var model: ModelConfiguration {
        var model = ModelConfiguration()
        (model.preprocessing.height, model.preprocessing.width) = (seen, seen)
        model.model.image.widths = [32, 64, 128, 256]
        model.model.image.heads = [2, 4, 8, 16]
        model.model.image.groups = [2, 4, 8, 16]
        model.model.image.depths = [1, 1, 2, 1]
        model.model.image.window = 8
        (model.model.text.width, model.model.text.heads, model.model.text.layers) = (128, 4, 2)
        model.model.projection = 128
        // CLIP's start, ln(1 / 0.07).
        model.model.logitScale = 2.6592
        model.model.start = .fanIn
        return model
    }
}
