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

extension OperatingPoint {
    /// The entry of `bundle.json`.
    var json: JSON {
        [
            "criterion": .string(criterion), "chosen_on": "validation",
            "chosen_on_rows": .integer(rows),
            "thresholds": .array(
                thresholds.map { threshold in
                    var members = threshold.evidence.object ?? [:]
                    members["class_id"] = .integer(threshold.classID)
                    members["threshold"] = threshold.value.map(JSON.number) ?? .null
                    return .object(members)
                }),
        ]
    }

    /// Reads the entry; nil unless it has a threshold for each of the classes.
    init?(_ json: JSON, classes: [Int]) {
        guard let criterion = json["criterion"]?.string, let rows = json["chosen_on_rows"]?.integer,
            json["chosen_on"] == "validation", let entries = json["thresholds"]?.array,
            entries.map({ $0["class_id"]?.integer }) == classes
        else { return nil }
        var thresholds: [Threshold] = []
        for (id, entry) in zip(classes, entries) {
            guard var members = entry.object, let value = members["threshold"],
                value == .null || value.number != nil
            else { return nil }
            (members["class_id"], members["threshold"]) = (nil, nil)
            thresholds.append(
                Threshold(classID: id, value: value.number, evidence: .object(members)))
        }
        self.init(criterion: criterion, rows: rows, thresholds: thresholds)
    }
}
