internal import CambiumCorpus
internal import CambiumEncoders
internal import CambiumFiles
internal import CambiumImaging
internal import CambiumPackaging
internal import CambiumTorch
internal import HTTPTypes

/// One loaded model with the ways into it. A reload makes a new one; this one lives until its last
/// caller is answered.
final class ServedModel: Sendable {
    let source: ModelSource
    let facts: ModelFacts
    /// Known images that its pictures are compared with.
    let examples: ExampleIndex?
    let images: BatchQueue<ImageInput, [Float], ImageAnswer>
    let texts: BatchQueue<String, TokenizedText, [Float]>

    /// An encoded picture and how it is brought into the model's form.
    struct ImageInput: Sendable {
        let bytes: [UInt8]
        let standard: ImageStandardization?
        /// Where the request has it.
        let place: String
    }

    /// Loads a model.
    /// - Parameter old: the version before it, whose examples go on where nothing has changed.
    init(
        _ source: ModelSource, _ settings: ServiceSettings, _ pool: WorkerPool,
        _ metrics: Metrics, _ log: @escaping ServiceLog, replacing old: ServedModel? = nil
    ) async throws {
        let room = try await ModelRoom(source, settings.device)
        let facts = room.facts
        (self.source, self.facts) = (source, facts)
        if let old {
            examples = old.facts.version == facts.version ? old.examples : nil
            if old.examples != nil, examples == nil {
                log(
                    .failure(
                        "\(source.name): the known images were embedded by the version before and "
                            + "are left out; embed them anew and start the server again"))
            }
        } else {
            examples = try settings.examples[source.name].map {
                try ExampleIndex($0, of: source.name, dimension: facts.width)
            }
        }
        let limits = settings.limits.image
        images = BatchQueue(
            settings.batching, places: room.places, pool,
            observer: ModelFigures(
                metrics: metrics, log: log, model: source.name, input: "image")
        ) { input throws(Refusal) in
            try Self.pixels(input, facts, limits)
        } compute: {
            try await room.embed(images: $0)
        }
        texts = BatchQueue(
            settings.batching, places: room.places, pool,
            observer: ModelFigures(
                metrics: metrics, log: log, model: source.name, input: "text")
        ) { text throws(Refusal) in
            facts.tokenizer.encode(text)
        } compute: {
            try await room.embed(texts: $0)
        }
    }

    private static func pixels(
        _ input: ImageInput, _ facts: ModelFacts, _ limits: ImageLimits
    ) throws(Refusal) -> [Float] {
        do throws(ImageError) {
            return try facts.preparation.pixels(
                input.bytes, standardization: input.standard, limits: limits)
        } catch {
            switch error {
            case .tooManyPixels, .tooManyBytes, .outOfMemory:
                throw Refusal(
                    status: .contentTooLarge, code: "image_too_large",
                    message: error.description, place: input.place)
            default: throw .cell("image_unreadable", input.place, error.description)
            }
        }
    }
}
