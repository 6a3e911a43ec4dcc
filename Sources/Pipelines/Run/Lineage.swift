public import CambiumFiles

/// `lineage.json` of a run's folder: what every stage was made of, and by what.
public struct Lineage: Sendable, Equatable {
    /// The format's version.
    public static let schema = 1

    /// By the name of the stage. Stages that the recipe no longer has stay while what they made
    /// does.
    public var stages: [String: StageRecord] = [:]
    /// The recipe's path and digest.
    public var recipe = InputFile(path: "", sha256: "")

    /// No stage yet.
    public init() {}

    /// Reads a file; one that is missing holds no stage.
    /// - Throws: ``PipelineError/badLineage(path:reason:)``, `FileError`.
    public init(_ path: String) throws {
        guard FileSystem.kind(path) != nil else { return }
        let bytes = try FileSystem.read(path)
        let json: JSON
        do { json = try JSON(parsing: bytes) } catch {
            throw PipelineError.badLineage(path: path, reason: "\(error)")
        }
        guard json["schema"]?.integer == Self.schema, let members = json["stages"]?.object else {
            throw PipelineError.badLineage(path: path, reason: "its schema is not \(Self.schema)")
        }
        for (name, member) in members {
            guard let record = StageRecord(member) else {
                throw PipelineError.badLineage(path: path, reason: "stage \(shown(name))")
            }
            stages[name] = record
        }
        recipe = InputFile(json: json["recipe"]) ?? recipe
    }

    /// The file's content.
    public var json: JSON {
        [
            "schema": .integer(Self.schema),
            "recipe": recipe.json,
            "stages": .object(stages.mapValues(\.json)),
        ]
    }

    /// Writes the file, whole or not at all.
    public func write(to path: String) throws(FileError) {
        try FileSystem.write(json.document, to: path)
    }

    /// Whether a stage is recorded to make a path, as it is recorded.
    func makes(_ path: String) -> Bool {
        stages.values.contains { $0.outputs.keys.contains(path) }
    }
}
