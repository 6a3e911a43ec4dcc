public import CambiumLayers
public import CambiumTorch

extension ImageTextModel {
    /// The model with a file's weights, strictly: every parameter from the file, nothing left
    /// over, whichever of MedImageInsight's names it uses.
    /// - Throws: ``EncoderError/weights(path:reason:)`` for a file of another kind,
    ///   `TorchError/mismatch(path:problems:)` naming every missing, unexpected and mis-shaped
    ///   tensor.
    public static func load(
        _ configuration: ImageTextConfiguration, from weights: StateDictionary,
        device: Device = .cpu
    ) throws -> ImageTextModel {
        let mapping = try WeightNames.mapping(
            for: names(configuration), in: weights.entries.keys, path: weights.path)
        guard mapping.family.isWhole else {
            throw EncoderError.weights(
                path: weights.path,
                reason: "holds \(mapping.family), a part of the model only: training can start "
                    + "from it, embedding cannot")
        }
        let source = WeightSource(weights, names: mapping.names, device: device)
        let model = try ImageTextModel(configuration, from: source)
        try source.finish()
        return model
    }

    /// A model to train from: what the files' families have is read strictly from them, the rest
    /// is taken from `rest` (drawn anew), and the notes say which is which.
    ///
    /// Florence-2 and timm give the image tower without its final norm, open_clip gives the text
    /// tower; neither gives the projections into the shared space.
    /// - Throws: As ``load(_:from:device:)``, and when two files give the same parameter.
    public static func start(
        _ configuration: ImageTextConfiguration, from weights: [StateDictionary],
        rest: any ParameterSource, device: Device = .cpu
    ) throws -> (model: ImageTextModel, notes: [String]) {
        let source = try PartialSource(
            weights, for: names(configuration), rest: rest, device: device)
        let model = try ImageTextModel(configuration, from: source)
        return (model, try source.finish())
    }

    private static func names(_ configuration: ImageTextConfiguration) throws -> [String] {
        try ImageTextModel(configuration, from: ShapeSource()).parameters.entries.map(\.name)
    }
}

/// Parameters from files where their families have them, from another source elsewhere.
final class PartialSource: ParameterSource {
    private let parts: [(mapping: WeightMapping, weights: StateDictionary, source: WeightSource)]
    private let rest: any ParameterSource
    private var owners: [String: Int] = [:]
    private var drawn: [String] = []

    init(
        _ weights: [StateDictionary], for model: [String], rest: any ParameterSource,
        device: Device
    ) throws {
        self.rest = rest
        parts = try weights.map { weights in
            let mapping = try WeightNames.mapping(
                for: model, in: weights.entries.keys, path: weights.path)
            let source = WeightSource(
                weights, names: mapping.names, leftOut: Set(mapping.leftOut), device: device)
            return (mapping, weights, source)
        }
        for (index, part) in parts.enumerated() {
            let absent = Set(part.mapping.absent)
            for name in model where !absent.contains(name) {
                if let other = owners.updateValue(index, forKey: name) {
                    throw EncoderError.weights(
                        path: part.weights.path,
                        reason: "gives \(name), and so does \(parts[other].weights.path)")
                }
            }
        }
    }

    func parameter(
        _ name: String, _ shape: [Int], _ initialization: Initialization
    ) throws -> Tensor {
        if let owner = owners[name] {
            return try parts[owner].source.parameter(name, shape, initialization)
        }
        drawn.append(name)
        return try rest.parameter(name, shape, initialization)
    }

    /// Ends the loading and tells what came from where.
    func finish() throws -> [String] {
        for part in parts { try part.source.finish() }
        let notes = parts.flatMap { $0.mapping.notes(path: $0.weights.path) }
        if drawn.isEmpty { return notes }
        return notes + ["drawn anew, in no file: \(WeightMapping.grouped(drawn))"]
    }
}
