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
        labels = try Self.labels(record, file)
        let configuration = try HeadConfiguration(record, path: file)
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
        var members = details.merging(head.configuration.json.object ?? [:]) { _, head in head }
        members["schema_version"] = 1
        members["labels"] = .array(
            labels.map { ["class_id": .integer($0.id), "class_name": .string($0.name)] })
        let staging = try StagedFolder(path)
        try write(head, to: "\(staging.path)/adapter.safetensors")
        try FileSystem.write(JSON.object(members).document, to: "\(staging.path)/config.json")
        try staging.commit()
    }

    private static func labels(
        _ record: JSON, _ file: String
    ) throws(AdapterError) -> [(id: Int, name: String)] {
        guard let entries = record["labels"]?.array else {
            throw .configuration(path: file, reason: "labels is missing")
        }
        var labels: [(id: Int, name: String)] = []
        for entry in entries {
            guard let id = entry["class_id"]?.integer, let name = entry["class_name"]?.string else {
                throw .configuration(path: file, reason: "a label lacks class_id or class_name")
            }
            labels.append((id, name))
        }
        return labels
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
