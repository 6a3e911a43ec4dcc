internal import CambiumCorpus
internal import CambiumEncoders
internal import CambiumFiles
internal import CambiumPackaging

/// The models that are served, by name, in the order they were given.
final class ModelRegistry: Sendable {
    private let models: Lock<[ServedModel]>

    init(_ models: [ServedModel]) { self.models = Lock(models) }

    /// All of them.
    var all: [ServedModel] { models.withLock { $0 } }

    /// The one that answers where none is named.
    var first: ServedModel? { models.withLock { $0.first } }

    /// The model of a name.
    subscript(_ name: String) -> ServedModel? {
        models.withLock { $0.first { $0.source.name == name } }
    }

    /// Puts a new version in the place of the old, which goes on until its callers are answered.
    func replace(with model: ServedModel) {
        models.withLock { models in
            guard let index = models.firstIndex(where: { $0.source == model.source }) else {
                return
            }
            models[index] = model
        }
    }
}

extension ServedModel {
    /// What `/v1/models` says of it.
    var json: JSON {
        var members: [String: JSON] = [
            "id": .string(source.name), "object": "model", "kind": .string(facts.kind.rawValue),
            "version": .string(facts.version), "dimension": .integer(facts.width),
            "scaling_factor": .number(facts.logitScale),
            "context_length": .integer(facts.tokenizer.contextLength),
            "image_size": [
                .integer(facts.preparation.height), .integer(facts.preparation.width),
            ],
            "examples": .integer(examples?.count ?? 0),
            "score": .string("/v1/models/\(source.name)/score"),
        ]
        if let labels = facts.labels {
            members["labels"] = .array(
                labels.map { ["class_id": .integer($0.id), "label": .string($0.name)] })
            members["operating_points"] = .array(
                facts.manifest?.operatingPoints.map { .string($0.criterion) } ?? [])
        }
        return .object(members)
    }
}
