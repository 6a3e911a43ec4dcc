public import CambiumEvaluation
public import CambiumFiles

/// Where a result comes from: enough to make it again and to see that the inputs are the same.
public struct Provenance: Sendable, Equatable {
    /// An input file and the SHA-256 digest of its bytes.
    public typealias Input = InputFile

    /// The command line, a word an element.
    public let command: [String]
    /// The files that were read.
    public let inputs: [Input]

    /// A provenance.
    public init(command: [String], inputs: [Input]) {
        self.command = command
        self.inputs = inputs
    }

    /// The command as a shell takes it.
    public var commandLine: String {
        command.map { word in
            let plain = word.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x40...0x5A).contains(byte)
                    || (0x61...0x7A).contains(byte) || "-_./=:,+%".utf8.contains(byte)
                    || byte >= 0x80
            }
            return plain && !word.isEmpty
                ? word
                : "'"
                    + word.split(separator: "'", omittingEmptySubsequences: false)
                    .joined(separator: "'\\''") + "'"
        }.joined(separator: " ")
    }

    var json: JSON {
        [
            "command": .array(command.map(JSON.string)),
            "inputs": JSON.encode(inputs),
        ]
    }

    init?(json: JSON?) {
        guard let command = json?["command"]?.array else { return nil }
        self.command = command.compactMap(\.string)
        inputs = (json?["inputs"]?.array ?? []).compactMap {
            try? JSON.decode(Input.self, from: $0)
        }
    }
}

/// A row that was taken for another class.
public struct Mistake: Sendable {
    /// The row's key.
    public let key: String
    /// What it is.
    public let truth: ClassLabel
    /// What it was taken for.
    public let predicted: ClassLabel
    /// The score of the predicted class.
    public let score: Double
    /// A small JPEG to show.
    public var thumbnail: [UInt8]?

    /// The mistakes with the highest scores, highest first; equal scores by row.
    static func mostConfident(
        _ predictions: Predictions, keys: [String], limit: Int
    ) -> [Mistake] {
        guard let scores = predictions.scores, keys.count == predictions.count else { return [] }
        let wrong = predictions.truth.indices.filter {
            predictions.truth[$0] != predictions.predicted[$0]
        }
        let scored = wrong.map { row in
            (row: row, score: scores.value(row, predictions.predicted[row]))
        }
        let sorted = scored.sorted { ($1.score, $0.row) < ($0.score, $1.row) }
        let labels = predictions.classes.labels
        return sorted.prefix(limit).map { entry in
            Mistake(
                key: keys[entry.row], truth: labels[predictions.truth[entry.row]],
                predicted: labels[predictions.predicted[entry.row]], score: entry.score)
        }
    }
}

/// One method's numbers, as a line of a report.
public struct MethodResult: Sendable {
    /// What the report calls the method.
    public let name: String
    /// The numbers.
    public let metrics: ClassificationMetrics
    /// Where they come from.
    public let provenance: Provenance?
    /// The mistakes to show.
    public var mistakes: [Mistake]
    /// Cautions that stand at the head of its report.
    public let warnings: [String]
    /// What stands in `metrics.json` beside the metrics: protocols, operating points, subgroups.
    public let details: [String: JSON]

    /// A method with its numbers.
    public init(
        name: String, metrics: ClassificationMetrics, provenance: Provenance? = nil,
        mistakes: [Mistake] = [], warnings: [String] = [], details: [String: JSON] = [:]
    ) {
        (self.warnings, self.details) = (warnings, details)
        self.name = name
        self.metrics = metrics
        self.provenance = provenance
        self.mistakes = mistakes
    }

    /// The content of `metrics.json`.
    public var json: JSON {
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
        let path = "\(folder)/metrics.json"
        let json = try JSON(file: path)
        self.init(
            name: name ?? json["name"]?.string ?? FileSystem.name(folder),
            metrics: try ClassificationMetrics(json: json, place: path),
            provenance: Provenance(json: json["provenance"]),
            warnings: json["warnings"]?.array?.compactMap(\.string) ?? [],
            details: json.object?.filter { EvaluationDetails.names.contains($0.key) } ?? [:])
    }
}
