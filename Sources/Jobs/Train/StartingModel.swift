internal import CambiumEncoders
internal import CambiumFiles
internal import CambiumPackaging
internal import CambiumTorch
internal import CambiumTraining
internal import Foundation

/// What a training run starts from: a model folder's weights, weight files of others, or weights
/// that are drawn.
struct StartingModel {
    let recipe: Recipe
    let configuration: ModelConfiguration
    /// The model folder that the recipe names.
    let folder: ModelFolder?
    private let environment = ProcessInfo.processInfo.environment

    /// The start of a recipe that stands in the file `path`.
    init(_ recipe: Recipe, in path: String) throws {
        self.recipe = recipe
        let environment = environment
        folder =
            try recipe.pretrained.isEmpty
            ? nil
            : Arguments.checked {
                try ModelBundle.model(at: recipe.pretrained, environment: environment)
            }
        guard let configuration = recipe.model ?? folder?.configuration else {
            throw UsageError(
                "\(path): describes no model; set MODEL to a model folder, or IMAGE_ENCODER and "
                    + "LANG_ENCODER")
        }
        self.configuration = configuration
    }

    /// The start of a run, as its folder says; paths in its recipe are relative to where it was
    /// started.
    init(run: String) throws {
        let path = "\(run)/config.yaml"
        guard FileSystem.kind(path) == .file, FileSystem.kind("\(run)/checkpoints") == .folder
        else {
            throw UsageError(
                "\(run): is no folder of a training run, which has config.yaml and checkpoints")
        }
        try self.init(Arguments.checked { try Recipe(file: path) }, in: path)
    }

    /// Where the vocabulary stands.
    func tokenizerPlace() throws -> TokenizerPlace {
        try folder?.tokenizerLocation() ?? .clip(environment: environment)
    }

    /// The files that training starts from, none where it starts from drawn weights.
    var files: [String] {
        (folder?.weightsPath.map { [$0] } ?? []) + recipe.startWeights
    }

    /// What tells the starting weights from others of the same size, wherever they lie.
    func digests() throws -> String {
        try files.map { try InputFile(file: $0).sha256 }.joined(separator: "\n")
    }

    /// The model with its weights.
    func load(on device: Device, _ log: Log) throws -> ImageTextModel {
        let drawn = RandomSource(
            seed: recipe.seed, start: configuration.model.start, device: device)
        if !recipe.startWeights.isEmpty {
            guard folder?.weightsPath == nil else {
                throw UsageError(
                    "\(folder?.path ?? ""): has weights of its own; leave out WEIGHTS and "
                        + "PRETRAINED, or name a model folder without weights")
            }
            let (model, notes) = try ImageTextModel.start(
                configuration.model, from: recipe.startWeights.map { try StateDictionary($0) },
                rest: drawn, device: device)
            for note in notes { log.note(note) }
            return model
        }
        if let folder, folder.weightsPath != nil {
            var wanted = configuration.model
            // How training saves memory is no part of the architecture.
            wanted.image.checkpoints = folder.configuration.model.image.checkpoints
            guard folder.configuration.model == wanted else {
                throw UsageError(
                    "\(folder.path): its weights belong to another architecture than the recipe's "
                        + "IMAGE_ENCODER and LANG_ENCODER; leave those out to take the folder's")
            }
            return try folder.load(
                device: device, checkpoints: configuration.model.image.checkpoints)
        }
        log.note("no weights given: training from scratch with seed \(recipe.seed)")
        return try ImageTextModel(configuration.model, from: drawn)
    }
}
