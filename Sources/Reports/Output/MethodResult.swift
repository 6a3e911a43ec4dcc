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
    /// Protocols, operating points, subgroups, as pages show them.
    let details: ReportDetails
    /// The same as it stands in `metrics.json`.
    private let members: [String: JSON]

    /// Cautions that stand at the head of its report.
    public var warnings: [String] { details.cautions }

    /// A method with its numbers.
    /// - Parameter members: what stands in `metrics.json` beside the metrics.
    init(
        name: String, metrics: LabelledMetrics, provenance: Provenance?, mistakes: [Mistake] = [],
        members: [String: JSON], place: String
    ) throws(EvaluationError) {
        (self.name, self.metrics, self.provenance) = (name, metrics, provenance)
        (self.mistakes, self.members) = (mistakes, members)
        details = try ReportDetails(members, place: place)
    }

    /// The content of `metrics.json`.
    package var json: JSON {
        var members = metrics.json.object ?? [:]
        members.merge(self.members) { $1 }
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
        let place = "\(folder)/metrics.json"
        try self.init(
            name: name ?? json["name"]?.string ?? FileSystem.name(folder),
            metrics: LabelledMetrics(json: json, place: place),
            provenance: Provenance(json: json["provenance"]),
            members: json.object?.filter { EvaluationDetails.names.contains($0.key) } ?? [:],
            place: place)
    }
}
