public import CambiumFiles
internal import CambiumTorch

/// An adapter on disk: `adapter.safetensors` and `config.json`.
public struct AdapterFolder {
    /// The trained head.
    public let head: Head
    /// Class numbers and texts in the order of the logits.
    public let labels: [(id: Int, name: String)]
    /// The whole of `config.json`: training settings, digests of the inputs, validation metrics.
    public let record: JSON

    /// Reads an adapter, strictly.
    /// - Throws: ``AdapterError``, `FileError` or `TorchError`.
    public init(_ path: String) throws {
        let file = "\(path)/config.json"
        try self.init(record: JSON(file: file), weights: "\(path)/adapter.safetensors", file: file)
    }

    /// Reads an adapter whose description stands in `record` (of the file `file`).
    public init(record: JSON, weights path: String, file: String) throws {
        self.record = record
        let configuration: HeadConfiguration
        do throws(JSONMemberError) {
            labels = try JSON.decode(Labels.self, from: record).labels.map { ($0.id, $0.name) }
            configuration = try JSON.decode(HeadConfiguration.self, from: record)
        } catch {
            throw AdapterError.configuration(path: file, reason: error.description)
        }
        guard labels.count == configuration.classes else {
            throw AdapterError.configuration(
                path: file,
                reason: "\(labels.count) labels for \(configuration.classes) classes")
        }
        head = try Self.read(SafeTensors(path), configuration)
    }

    /// Writes an adapter whole or not at all; `path` must not exist. `details` join the head's
    /// description in `config.json`.
    public static func write(
        _ head: Head, labels: [(id: Int, name: String)], details: [String: JSON], to path: String
    ) throws {
        guard FileSystem.kind(path) == nil, !FileSystem.isLink(path) else {
            throw AdapterError.occupied(path: path)
        }
        let record = JSON.object(details)
            .adding(JSON.encode(head.configuration).object ?? [:])
            .adding(JSON.encode(Labels(labels: labels.map(Labels.Label.init))).object ?? [:])
            .adding(["schema_version": 1])
        let staging = try StagedFolder(path)
        try write(head, to: "\(staging.path)/adapter.safetensors")
        try FileSystem.write(record.document, to: "\(staging.path)/config.json")
        try staging.commit()
    }

    /// The part of `config.json` that says the classes.
    private struct Labels: Codable {
        let labels: [Label]

        struct Label: Codable {
            let id: Int
            let name: String

            enum CodingKeys: String, CodingKey {
                case id = "class_id"
                case name = "class_name"
            }
        }
    }
}

extension AdapterFolder {
    /// Writes a head's parameters alone, as safetensors.
    public static func write(_ head: Head, to path: String) throws {
        try SafeTensors.write(
            floats: head.parameters.map { ($0.name, $0.shape, $0.values) }, to: path)
    }

    /// Parameters of a file that must hold exactly them.
    private static func read(
        _ file: SafeTensors, _ configuration: HeadConfiguration
    ) throws -> Head {
        let shapes = Head.shapes(configuration)
        var problems = shapes.compactMap { name, shape, _ -> String? in
            if let entry = file.entries[name], entry.shape == shape, entry.type.isFloating {
                return nil
            }
            let found = file.entries[name].map { "is \($0.type) \($0.shape)" } ?? "is missing"
            return "\(name) \(found), the head needs float \(shape)"
        }
        let known = Set(shapes.map(\.name))
        problems += file.names.filter { !known.contains($0) }.map { "\($0) is unexpected" }
        guard problems.isEmpty else {
            throw TorchError.mismatch(path: file.path, problems: problems)
        }
        return try Head(configuration) { name, _, _ in try file.floats(name) }
    }
}
