package import CambiumEvaluation
package import CambiumFiles

/// One method's numbers, as a line of a report.
public struct MethodResult: Sendable {
    /// What the report calls the method.
    public let name: String
    /// The numbers.
    package let metrics: LabelledMetrics
    /// Where they come from.
    public let provenance: Provenance?
    /// The mistakes to show.
    public var mistakes: [Mistake]
    /// Cautions that stand at the head of its report.
    public let warnings: [String]
    /// What stands in `metrics.json` beside the metrics: protocols, operating points, subgroups.
    private let details: [String: JSON]

    /// A method with its numbers.
    package init(
        name: String, metrics: LabelledMetrics, provenance: Provenance? = nil,
        mistakes: [Mistake] = [], warnings: [String] = [], details: [String: JSON] = [:]
    ) {
        (self.name, self.metrics, self.provenance) = (name, metrics, provenance)
        (self.mistakes, self.warnings, self.details) = (mistakes, warnings, details)
    }

    /// The content of `metrics.json`.
    package var json: JSON {
        var members = metrics.json.object ?? [:]
        members.merge(details) { $1 }
        members["name"] = .string(name)
        members["provenance"] = provenance?.json ?? .null
        return .object(members)
    }

    /// Reads the `metrics.json` of an evaluation's output folder, under its own or a new name.
    /// - Throws: `FileError` for an unreadable file, `EvaluationError` for a field that is
    ///   missing or wrong.
    public init(folder: String, name: String? = nil) throws {
        try self.init(JSON(file: "\(folder)/metrics.json"), folder: folder, name: name)
    }

    init(_ json: JSON, folder: String, name: String?) throws(EvaluationError) {
        self.init(
            name: name ?? json["name"]?.string ?? FileSystem.name(folder),
            metrics: try LabelledMetrics(json: json, place: "\(folder)/metrics.json"),
            provenance: Provenance(json: json["provenance"]),
            warnings: json["warnings"]?.array?.compactMap(\.string) ?? [],
            details: json.object?.filter { EvaluationDetails.names.contains($0.key) } ?? [:])
    }
}
