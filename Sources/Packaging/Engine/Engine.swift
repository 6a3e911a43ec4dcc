internal import CambiumAdapters
public import CambiumCorpus
public import CambiumEncoders
internal import CambiumEvaluation
internal import CambiumFiles
public import CambiumImaging
public import CambiumTorch

/// A class with its probability.
public struct Prediction: Sendable, Equatable {
    /// The class.
    public let label: BundleLabel
    /// Its probability; where an image has one class, all of an image sum to 1.
    public let score: Double
    /// Whether the class is present by an operating point; nil where the likeliest class decides.
    public var isPresent: Bool?
}

/// The entry of an answer: `class_id`, `label`, `score`, and `present` where that was decided.
extension Prediction: Encodable {
    private enum CodingKeys: String, CodingKey {
        case id = "class_id"
        case name = "label"
        case score
        case isPresent = "present"
    }

    /// Writes the entry, without the class's text.
    public func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: CodingKeys.self)
        try members.encode(label.id, forKey: .id)
        try members.encode(label.name, forKey: .name)
        try members.encode(score, forKey: .score)
        try members.encodeIfPresent(isPresent, forKey: .isPresent)
    }
}

/// What an engine computed for some images.
public struct EngineOutput: Sendable {
    /// Images.
    public let rows: Int
    /// Normalised embeddings, row-major [rows, width].
    public let embeddings: [Float]
    /// Class probabilities, row-major [rows, classes]; empty for a plain encoder.
    public let probabilities: [Double]

    /// The embedding of one image.
    public func embedding(_ row: Int) -> ArraySlice<Float> { Self.part(embeddings, row, rows) }

    /// The probabilities of one image, in the order of the labels.
    public func probabilities(_ row: Int) -> ArraySlice<Double> {
        Self.part(probabilities, row, rows)
    }

    private static func part<Value>(_ values: [Value], _ row: Int, _ rows: Int) -> ArraySlice<Value>
    {
        let width = values.count / rows
        return values[row * width..<(row + 1) * width]
    }
}

/// A loaded bundle, or a plain encoder: pixels in, embeddings and class probabilities out.
///
/// It holds tensors and so is not `Sendable`; nothing of it changes once it is loaded, so that
/// several threads may compute with it. ``preparation`` may be used anywhere.
public final class Engine {
    private let path: String
    /// The files of a bundle that came as a tar: the tokenizer is opened late.
    private let unpacked: PrivateFolder?
    private let model: ImageTextModel
    private let embedder: Embedder
    private let vocabulary: Vocabulary
    private let head: Head?
    private let texts: [Float]
    /// What the bundle is; nil for a plain encoder.
    public let manifest: BundleManifest?
    /// From bytes to pixels.
    public let preparation: ImagePreparation
    /// Logarithm of the factor before the cosine: the embedding endpoint's `scaling_factor`.
    public let logitScale: Double
    /// Classes in the order of the scores; none for a plain encoder.
    public var labels: [BundleLabel] { manifest?.labels ?? [] }
    /// Numbers of an embedding.
    public var width: Int { model.configuration.projection }
    /// How files become pixels, nil where nothing says.
    public var reading: ImageReading? {
        (manifest?.preprocessing ?? folderPreprocessing).reading
    }
    private let folderPreprocessing: Preprocessing

    /// Loads a bundle's model; in zero-shot mode its class texts are encoded once.
    public convenience init(_ bundle: ModelBundle, device: Device = .cpu) throws {
        try self.init(
            bundle.folder, bundle.manifest.preprocessing, bundle.source, bundle.manifest,
            bundle.adapter?.head, device, bundle.unpacked)
    }

    /// Loads a model folder: an encoder without classes.
    public convenience init(encoder folder: ModelFolder, device: Device = .cpu) throws {
        try self.init(folder, folder.preprocessing, folder.path, nil, nil, device)
    }

    /// Loads the parts of a bundle that is not written yet.
    init(
        _ folder: ModelFolder, _ recipe: Preprocessing, _ path: String,
        _ manifest: BundleManifest?, _ head: Head?, _ device: Device,
        _ unpacked: PrivateFolder? = nil
    ) throws {
        (self.path, self.manifest, self.head) = (path, manifest, head)
        self.unpacked = unpacked
        folderPreprocessing = recipe
        model = try folder.load(device: device)
        logitScale =
            try manifest?.logitScale
            ?? withoutGradients { [model] in
                try model.logitScale.item()
            }
        preparation = try ImagePreparation(recipe)
        embedder = try Embedder(model, recipe)
        vocabulary = Vocabulary(folder)
        let classTexts = head == nil ? manifest?.labels.map(\.text) ?? [] : []
        texts = classTexts.isEmpty ? [] : try embedder.embed(texts: classTexts, vocabulary.opened())
    }

    /// Embeddings and class probabilities of prepared images, in one pass.
    /// - Throws: ``PackagingError/mismatch(_:)`` when the weights give no finite numbers.
    public func run(_ images: [[Float]]) throws -> EngineOutput {
        let embeddings = try embed(images)
        guard embeddings.allSatisfy(\.isFinite) else { throw Self.notFinite(path) }
        let probabilities = images.isEmpty ? [] : try probabilities(embeddings)
        guard probabilities.allSatisfy(\.isFinite) else { throw Self.notFinite(path) }
        return EngineOutput(
            rows: images.count, embeddings: embeddings, probabilities: probabilities)
    }

    /// Normalised embeddings of prepared images, row-major [images, width].
    public func embed(_ images: [[Float]]) throws -> [Float] {
        try embedder.encoder.images(images.count) { rows in
            var pixels: [Float] = []
            pixels.reserveCapacity(rows.count * (images.first?.count ?? 0))
            for image in images[rows] { pixels += image }
            return pixels
        }
    }

    /// Whether the operators for so many images use all threads, instead of the images being
    /// divided among them.
    public func takesAllThreads(images count: Int) -> Bool {
        embedder.encoder.isWhole(images: count)
    }

    /// Whether the operators for so many texts use all threads.
    public func takesAllThreads(texts count: Int) -> Bool {
        embedder.encoder.isWhole(texts: count)
    }

    /// Normalised embeddings of texts that were cut into tokens elsewhere, row-major
    /// [texts, width]: a server counts tokens before it queues.
    public func embed(texts: TokenBatch) throws -> [Float] {
        try embedder.encoder.texts(texts)
    }

    /// Normalised embeddings of texts, row-major [texts, width]. Tokens beyond the context are
    /// cut, as the embedding endpoint does.
    /// - Throws: `EncoderError` where the model has no tokenizer here.
    public func embed(texts: [String]) throws -> [Float] {
        texts.isEmpty ? [] : try embedder.embed(texts: texts, tokenizer())
    }

    /// What cuts texts into the model's tokens.
    /// - Throws: `EncoderError` where the model has no tokenizer here.
    public func tokenizer() throws -> Tokenizer { try vocabulary.opened() }

    /// Class probabilities, row-major [rows, classes], of embeddings; none for a plain encoder.
    public func probabilities(_ embeddings: [Float]) throws -> [Double] {
        guard let manifest else { return [] }
        if let head { return try head.probabilities(embeddings) }
        return try ZeroShot.scores(
            images: embeddings, texts: texts, dimension: width, logitScale: manifest.logitScale,
            independent: manifest.task == .multiple)
    }

    private static func notFinite(_ path: String) -> PackagingError {
        .mismatch(
            "\(path): its weights give no finite numbers; package a model whose training held")
    }
}

extension Engine {
    /// The pixels of an encoded image as the model takes them, [3, height, width].
    /// - Throws: `ImageError` for bytes that are no complete picture.
    public func prepare(_ bytes: [UInt8]) throws -> [Float] { try preparation.pixels(bytes) }

    /// The pixels of a picture as the model takes them, [3, height, width].
    public func prepare(_ image: RGBImage) -> [Float] { preparation.pixels(image) }

    /// Predictions of prepared images, probabilities falling, equal ones in the classes' order.
    /// - Throws: ``PackagingError/mismatch(_:)`` when the weights give no finite numbers.
    public func predict(
        _ images: [[Float]], deciding point: OperatingPoint? = nil
    ) throws -> [[Prediction]] {
        predictions(try run(images), deciding: point)
    }

    /// An output as predictions, probabilities falling, equal ones in the classes' order.
    /// - Parameter point: says which classes are present (``BundleManifest/decision(named:)``).
    public func predictions(
        _ output: EngineOutput, deciding point: OperatingPoint? = nil
    ) -> [[Prediction]] {
        (0..<output.rows).map { row in
            zip(labels, output.probabilities(row)).enumerated()
                .sorted { ($1.element.1, $0.offset) < ($0.element.1, $1.offset) }
                .map { index, entry in
                    Prediction(
                        label: entry.0, score: entry.1, isPresent: point?.decides(index, entry.1))
                }
        }
    }
}

/// A tokenizer that is opened when it is first asked for: adapters do without one.
private final class Vocabulary: Sendable {
    private let folder: ModelFolder
    private let made = Lock<Tokenizer?>(nil)

    init(_ folder: ModelFolder) { self.folder = folder }

    func opened() throws -> Tokenizer {
        try made.withLock { made in
            if let made { return made }
            let tokenizer = try folder.tokenizer()
            made = tokenizer
            return tokenizer
        }
    }
}
