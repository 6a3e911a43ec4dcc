public import CambiumFiles

/// `lineage.json` of a run's folder: what every stage was made of, and by what.
public struct Lineage: Codable, Sendable, Equatable {
    /// The format's version.
    public static let schema = 1

    /// By the name of the stage. Stages that the recipe no longer has stay while what they made
    /// does.
    public var stages: [String: StageRecord] = [:]
    /// The recipe of the last run.
    public var recipe = InputFile(path: "", sha256: "")
    private var schema = Lineage.schema

    /// No stage yet.
    public init() {}

    /// Reads a file; one that is missing holds no stage.
    /// - Throws: ``PipelineError/badLineage(path:reason:)``, `FileError`.
    public init(_ path: String) throws {
        guard FileSystem.kind(path) != nil else { return }
        let bytes = try FileSystem.read(path)
        do {
            let json = try JSON(parsing: bytes)
            guard json["schema"]?.integer == Self.schema else {
                throw PipelineError.badLineage(
                    path: path, reason: "its schema is not \(Self.schema)")
            }
            self = try JSON.decode(Lineage.self, from: json)
        } catch let error as PipelineError {
            throw error
        } catch {
            throw PipelineError.badLineage(path: path, reason: "\(error)")
        }
    }

    /// Writes the file, whole or not at all.
    public func write(to path: String) throws(FileError) {
        try FileSystem.write(JSON.encode(self).document, to: path)
    }

    /// Whether a stage is recorded to make a path, as it is recorded.
    func makes(_ path: String) -> Bool {
        stages.values.contains { $0.outputs.keys.contains(path) }
    }
}
