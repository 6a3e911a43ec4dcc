public import CambiumFiles
public import CambiumTorch

/// What a file of weights is, for `cambium inspect`.
public struct WeightSummary: Sendable, Equatable {
    /// The file.
    public let path: String
    /// How it holds its tensors.
    public let container: StateDictionary.Container
    /// Whose names it carries; nil for none that Cambium knows.
    public let family: WeightFamily?
    /// Number of tensors.
    public let tensors: Int
    /// Number of elements of all tensors.
    public let parameters: Int
    /// Number of tensors of each element type, by its name.
    public let types: [String: Int]

    /// Opens and describes a file.
    /// - Throws: As `StateDictionary/init(_:)`.
    public init(_ path: String) throws { self.init(try StateDictionary(path)) }

    /// Describes an opened file; no tensor is read.
    public init(_ weights: StateDictionary) {
        path = weights.path
        container = weights.container
        family = WeightNames.recognize(weights.entries.keys)
        tensors = weights.entries.count
        // Expanded tensors of a hostile file can claim more elements than an Int counts.
        parameters = weights.entries.values.reduce(0) { total, entry in
            let (sum, overflow) = total.addingReportingOverflow(entry.shape.reduce(1, *))
            return overflow ? .max : sum
        }
        types = weights.entries.values.reduce(into: [:]) { $0["\($1.type)", default: 0] += 1 }
    }

    /// The description as JSON.
    public var json: JSON {
        [
            "kind": "weights", "path": .string(path), "container": .string("\(container)"),
            "family": family.map { .string("\($0)") } ?? .null, "tensors": .integer(tensors),
            "parameters": .integer(parameters), "types": .object(types.mapValues(JSON.integer)),
        ]
    }
}
