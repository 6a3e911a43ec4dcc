public import CambiumFiles

/// A threshold a class, chosen on validation rows for a criterion: the second way to read a
/// bundle's probabilities, beside the likeliest class. Where rows may have several classes it is
/// the only one.
public struct OperatingPoint: Sendable, Equatable {
    /// The threshold of one class.
    public struct Threshold: Sendable, Equatable {
        /// The class number.
        public let classID: Int
        /// The class is present from this probability on; nil where it is never present, because
        /// there was no row to choose on.
        public let value: Double?
        /// What it gave where it was chosen and where it was measured.
        public let evidence: JSON

        /// A threshold.
        public init(classID: Int, value: Double?, evidence: JSON = .object([:])) {
            (self.classID, self.value, self.evidence) = (classID, value, evidence)
        }
    }

    /// What the thresholds were chosen for: `f1`, `youden`, `sensitivity=0.95`, ...
    public let criterion: String
    /// Validation rows that they were chosen on.
    public let rows: Int
    /// A class each, in the order of the bundle's labels.
    public let thresholds: [Threshold]

    /// An operating point.
    public init(criterion: String, rows: Int, thresholds: [Threshold]) {
        (self.criterion, self.rows, self.thresholds) = (criterion, rows, thresholds)
    }

    /// Whether a class is present at a probability. `index` counts in the order of the labels.
    public func decides(_ index: Int, _ probability: Double) -> Bool {
        thresholds[index].value.map { probability >= $0 } ?? false
    }

    /// One half for every class: what decides where nothing was chosen.
    static func half(_ labels: [BundleLabel]) -> OperatingPoint {
        OperatingPoint(
            criterion: "0.5", rows: 0,
            thresholds: labels.map { Threshold(classID: $0.id, value: 0.5) })
    }
}

extension OperatingPoint {
    /// The operating points of a `metrics.json` that an evaluation with validation rows wrote.
    /// - Parameter labels: the bundle's classes, which the evaluation's must be, in this order.
    /// - Throws: ``PackagingError/mismatch(_:)`` where there are none, they are of other classes
    ///   or were chosen on the rows they were measured on.
    static func read(_ path: String, for labels: [BundleLabel]) throws -> [OperatingPoint] {
        let json = try JSON(file: path)
        let entries =
            (json["protocols"]?["thresholds"]?.array ?? [])
            + (json["operating_points"]?.array ?? [])
        guard !entries.isEmpty else {
            throw PackagingError.mismatch(
                "\(path): holds no thresholds; evaluate with --validation, and perhaps "
                    + "--operating-point sensitivity=0.95")
        }
        var points: [OperatingPoint] = []
        for entry in entries {
            let point = try OperatingPoint(evaluated: entry, labels, path)
            // `f1` may stand among the protocols and be asked for as an operating point as well.
            if !points.contains(where: { $0.criterion == point.criterion }) { points.append(point) }
        }
        return points
    }

    private init(evaluated json: JSON, _ labels: [BundleLabel], _ path: String) throws {
        guard let criterion = json["criterion"]?.string, let rows = json["chosen_on_rows"]?.integer,
            let entries = json["per_class"]?.array
        else { throw PackagingError.mismatch("\(path): is no evaluation's metrics.json") }
        guard json["chosen_on"] == "validation" else {
            throw PackagingError.mismatch(
                "\(path): \(criterion) was chosen on the test rows, where no threshold can be "
                    + "trusted; evaluate with --validation of other rows")
        }
        guard entries.compactMap({ $0["class_name"]?.string }) == labels.map(\.name) else {
            throw PackagingError.mismatch(
                "\(path): its classes are not the bundle's \(labels.count), line for line")
        }
        self.init(
            criterion: criterion, rows: rows,
            thresholds: zip(labels, entries).map { label, entry in
                Threshold(
                    classID: label.id, value: entry["threshold"]?.number,
                    evidence: Self.evidence(entry))
            })
    }

    private static func evidence(_ entry: JSON) -> JSON {
        var members: [String: JSON] = [:]
        if let chosen = entry["chosen_on"] { members["validation"] = chosen }
        if let note = entry["note"] { members["note"] = note }
        let names = ["support", "sensitivity", "specificity", "precision", "f1"]
        members["test"] = .object(
            Dictionary(uniqueKeysWithValues: names.map { ($0, entry[$0] ?? .null) }))
        return .object(members)
    }
}

/// The entry of `bundle.json`.
extension OperatingPoint: Codable {
    private enum CodingKeys: String, CodingKey {
        case criterion, thresholds
        case place = "chosen_on"
        case rows = "chosen_on_rows"
    }

    /// Writes the entry.
    public func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: CodingKeys.self)
        try members.encode(criterion, forKey: .criterion)
        try members.encode("validation", forKey: .place)
        try members.encode(rows, forKey: .rows)
        try members.encode(thresholds, forKey: .thresholds)
    }

    /// Reads the entry.
    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        let _: String = try members.decode(.place, "validation") { $0 == "validation" }
        self.init(
            criterion: try members.decode(String.self, forKey: .criterion),
            rows: try members.decode(Int.self, forKey: .rows),
            thresholds: try members.decode([Threshold].self, forKey: .thresholds))
    }
}

/// The class's number and threshold stand among the evidence, whose members are the evaluation's.
extension OperatingPoint.Threshold: Codable {
    private enum CodingKeys: String, CodingKey {
        case classID = "class_id"
        case value = "threshold"
    }

    /// Writes the evidence with the threshold.
    public func encode(to encoder: any Encoder) throws {
        try evidence.encode(to: encoder)
        var members = encoder.container(keyedBy: CodingKeys.self)
        try members.encode(classID, forKey: .classID)
        try members.encode(value, forKey: .value)
    }

    /// Reads the threshold, null where the class is never present, and the evidence.
    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        var evidence = try JSON(from: decoder).object ?? [:]
        for key in [CodingKeys.classID, .value] { evidence[key.rawValue] = nil }
        self.init(
            classID: try members.decode(Int.self, forKey: .classID),
            value: try members.decode(Double?.self, forKey: .value), evidence: .object(evidence))
    }
}
