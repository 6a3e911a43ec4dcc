public import CambiumCorpus
internal import CambiumFiles
internal import CambiumLayers
public import CambiumTorch
internal import Foundation

/// A folder with a model: `config.yaml` (MedImageInsight's keys), weights and tokenizer.
///
/// Cambium writes `config.yaml`, `model.safetensors` and `tokenizer/`. MedImageInsight's release
/// folder is read as it is: `2024.09.27/config.yaml`, `vision_model/*.pt` (both towers, and in
/// truth safetensors), `language_model/clip_tokenizer_4.16.2/`. A folder may hold a description
/// only; then there is something to train from scratch and nothing to embed with.
public struct ModelFolder: Sendable {
    /// The folder that holds `config.yaml`.
    public let path: String
    /// The description.
    public let configuration: ModelConfiguration
    /// The weights, nil where the folder is a description only.
    public private(set) var weightsPath: String?
    private let tokenizerPlace: TokenizerPlace?
    /// A folder that is there for a tokenizer.
    private let tokenizerFolder: String?
    private let environment: [String: String]?
    /// The rows that its encoders learned from; none where the folder does not say.
    public let learned: LearnedRows
    /// The digest of the file that the weights came from, where they were written anew.
    private var sourceDigest: String?
    /// What the files must not outlive.
    private var owner: (any AnyObject & Sendable)?

    /// Finds the parts of a model folder. `environment` says where CLIP's vocabulary stands, which
    /// a folder without a tokenizer takes; nil: this process's.
    /// - Throws: ``EncoderError/folder(path:reason:)`` or `SettingsError`.
    public init(_ path: String, environment: [String: String]? = nil) throws {
        self.path = try Self.root(path)
        self.environment = environment
        let settings = try Settings(file: "\(self.path)/config.yaml")
        configuration = try ModelConfiguration(settings)
        weightsPath = try Self.weights(in: self.path)
        let folders = try Self.tokenizerFolders(in: self.path)
        tokenizerPlace = folders.lazy.compactMap(TokenizerPlace.inside).first
        tokenizerFolder = folders.first
        learned = try LearnedRows(folder: self.path)
    }

    /// The same folder with weights that stand elsewhere.
    public func with(weights path: String) -> ModelFolder {
        var other = self
        other.weightsPath = path
        return other
    }

    /// The same folder, which keeps what its files go with.
    package func kept(by owner: (any AnyObject & Sendable)?) -> ModelFolder {
        var other = self
        other.owner = owner
        return other
    }

    /// The same folder, whose weights are those of a file with this digest, perhaps in another
    /// precision.
    package func written(from digest: String) -> ModelFolder {
        var other = self
        if !digest.isEmpty { other.sourceDigest = digest }
        return other
    }

    /// What tells its weights from others: the SHA-256 of their file, or of the one that they were
    /// packaged from; nil where there are none.
    public func weightsDigest() throws -> String? {
        if let sourceDigest { return sourceDigest }
        return try weightsPath.map { try Digest.sha256(file: $0) }
    }

    /// What is done to an image first.
    public var preprocessing: Preprocessing { configuration.preprocessing }

    /// Where its vocabulary stands: its own, or CLIP's as set-up unpacked it where the folder has no
    /// place for one.
    /// - Throws: ``EncoderError/folder(path:reason:)`` where there is a place with nothing in it:
    ///   another vocabulary than the model's own would give wrong embeddings and no error.
    public func tokenizerLocation() throws -> TokenizerPlace {
        if let tokenizerPlace { return tokenizerPlace }
        if let tokenizerFolder {
            throw EncoderError.folder(
                path: tokenizerFolder,
                reason:
                    "holds no tokenizer (vocab.json with merges.txt, or \(TokenizerPlace.clipName)); "
                    + "put the model's own there, or remove \(tokenizerFolder) to take CLIP's")
        }
        return try .clip(environment: environment ?? ProcessInfo.processInfo.environment)
    }

    /// Its tokenizer.
    public func tokenizer() throws -> Tokenizer {
        try tokenizerLocation().open(for: configuration.model.text)
    }

    /// The model with the folder's weights, strictly: every parameter from the file, nothing
    /// left over.
    ///
    /// `checkpoints`: whether its blocks keep only their inputs while it trains.
    public func load(device: Device = .cpu, checkpoints: Bool = false) throws -> ImageTextModel {
        guard let weightsPath else {
            throw EncoderError.folder(
                path: path,
                reason: "holds no weights (model.safetensors or vision_model/*.pt)")
        }
        var model = configuration.model
        model.image.checkpoints = checkpoints
        return try .load(model, from: StateDictionary(weightsPath), device: device)
    }

    /// Writes a model folder whole or not at all; `path` must not exist. `learned` are the rows
    /// that it was trained on.
    public static func write(
        _ parameters: [(name: String, tensor: Tensor)], _ configuration: ModelConfiguration,
        tokenizer: TokenizerPlace, learned: LearnedRows = LearnedRows(), to path: String
    ) throws {
        let staging = try StagedFolder(path)
        try fill(staging.path, parameters, configuration, tokenizer)
        try learned.write(to: staging.path)
        try staging.commit()
    }

    /// Writes the files of a model folder into an existing folder; without a precision, none for
    /// the weights.
    package static func fill(
        _ folder: String, _ parameters: [(name: String, tensor: Tensor)],
        _ configuration: ModelConfiguration, _ tokenizer: TokenizerPlace,
        precision: WeightPrecision? = .float32
    ) throws {
        try FileSystem.write(configuration.yaml, to: "\(folder)/config.yaml")
        if let precision {
            try SafeTensors.write(
                parameters, in: precision, channels: channels, to: "\(folder)/model.safetensors")
        }
        try tokenizer.copy(
            to: "\(folder)/tokenizer", contextLength: configuration.model.text.contextLength)
    }

    /// The dimension of a matrix that counts its output channels: rows of linear layers and of the
    /// vocabulary, columns of the projections into the shared space; nil for everything else.
    private static func channels(_ name: String, _ shape: [Int]) -> Int? {
        guard shape.count == 2 else { return nil }
        return name.hasSuffix("_projection") ? 1 : name.hasSuffix("weight") ? 0 : nil
    }

    private static func root(_ path: String) throws -> String {
        guard FileSystem.kind(path) != nil else { throw FileError.missing(path: path) }
        if FileSystem.kind("\(path)/config.yaml") == .file { return path }
        let inner =
            try FileSystem.kind(path) == .folder
            ? FileSystem.names(in: path).map { "\(path)/\($0)" }
                .filter { FileSystem.kind("\($0)/config.yaml") == .file } : []
        guard inner.count == 1 else {
            throw EncoderError.folder(
                path: path,
                reason: inner.isEmpty
                    ? "is no model folder: it has no config.yaml"
                    : "holds several model folders; name one of them")
        }
        return inner[0]
    }

    private static func weights(in folder: String) throws -> String? {
        let own = "\(folder)/model.safetensors"
        if FileSystem.kind(own) == .file { return own }
        let vision = "\(folder)/vision_model"
        guard FileSystem.kind(vision) == .folder else { return nil }
        let files = try FileSystem.names(in: vision).filter { !$0.hasPrefix(".") }
        guard files.count <= 1 else {
            throw EncoderError.folder(path: vision, reason: "holds several files; keep the weights")
        }
        return files.first.map { "\(vision)/\($0)" }
    }

    /// The folders that may hold a tokenizer; of several in `language_model/` the first that does
    /// counts.
    private static func tokenizerFolders(in folder: String) throws -> [String] {
        let (own, language) = ("\(folder)/tokenizer", "\(folder)/language_model")
        if FileSystem.kind(own) != nil || FileSystem.isLink(own) { return [own] }
        guard FileSystem.kind(language) == .folder else { return [] }
        let inner = try FileSystem.names(in: language).map { "\(language)/\($0)" }
            .filter { FileSystem.kind($0) == .folder }
        return inner.isEmpty ? [language] : inner
    }
}
