public import CambiumFiles

/// The output folder of an evaluation, read back: scores, truth and keys.
public struct StoredEvaluation: Sendable {
    /// The folder.
    public let folder: String
    /// What the method is called.
    public let name: String
    /// Scores and truth.
    public let rows: LabelledScores
    /// A key a row; empty where rows have none.
    public let keys: [String]
    /// Whether the encoder learned from the rows.
    public let isLearned: Bool

    /// Which decisions of rows with one class each are meant.
    public enum Decisions: Sendable, Equatable {
        /// The class with the highest score.
        case highest
        /// Every class by its threshold of this criterion, chosen on other rows; nil where the
        /// evaluation has only one.
        case thresholds(criterion: String?)
    }

    /// An evaluation in memory.
    /// - Throws: ``EvaluationError`` when the keys do not fit the rows.
    public init(
        folder: String, name: String, rows: LabelledScores, keys: [String]
    ) throws(EvaluationError) {
        guard keys.isEmpty || keys.count == rows.rowCount else {
            throw .shape(
                place: "\(folder), keys", expected: "\(rows.rowCount) rows", got: "\(keys.count)")
        }
        (self.folder, self.name, self.rows, self.keys) = (folder, name, rows, keys)
        isLearned = false
    }

    /// Reads `metrics.json`, `scores.npy`, `labels.npy` and, where there is one,
    /// `scores.keys.tsv`.
    /// - Throws: `FileError` or ``EvaluationError`` for files that are missing or do not fit, or
    ///   that have no such thresholds.
    public init(folder: String, name: String? = nil, decisions: Decisions = .highest) throws {
        let path = "\(folder)/metrics.json"
        let json = try JSON(file: path)
        guard json["task"]?.string != "retrieval" else {
            throw EvaluationError.value(
                place: path, reason: "a retrieval, which has no scores of classes")
        }
        self.folder = folder
        isLearned = json["encoder_learned_from"] == true
        self.name = name ?? json["name"]?.string ?? FileSystem.name(folder)
        let classes = try ClassList(Self.labels(json, path))
        let scores = try ScoreMatrix(NPY("\(folder)/scores.npy"))
        let truth = try NPY("\(folder)/labels.npy")
        let read = try LabelledScores(
            classes: classes, truth: truth, scores: scores,
            thresholds: Self.thresholds(json, count: classes.count))
        if case .thresholds(let criterion) = decisions, case .single = read {
            let chosen = try Self.chosen(criterion, json, path, count: classes.count)
            rows = .several(try read.decided(by: chosen))
        } else {
            rows = read
        }
        let keysPath = "\(folder)/scores.keys.tsv"
        keys =
            FileSystem.kind(keysPath) == .file ? try EmbeddingTable.readKeys(keysPath).keys : []
        guard keys.isEmpty || keys.count == scores.rows else {
            throw EvaluationError.shape(
                place: keysPath, expected: "\(scores.rows) rows", got: "\(keys.count)")
        }
    }

    private static func labels(_ json: JSON, _ path: String) throws -> [ClassLabel] {
        try (json["per_class"]?.array ?? []).enumerated().map { index, entry in
            guard let id = entry["class_id"]?.integer, let name = entry["class_name"]?.string
            else {
                throw EvaluationError.shape(
                    place: "\(path), per_class \(index + 1)", expected: "class_id and class_name",
                    got: shown(entry.line))
            }
            return ClassLabel(id: id, name: name)
        }
    }

    /// The thresholds of a criterion that the evaluation chose on validation rows.
    private static func chosen(
        _ criterion: String?, _ json: JSON, _ path: String, count: Int
    ) throws -> [Double] {
        let all = json["protocols"]?["thresholds"]?.array ?? []
        let names = all.compactMap { $0["criterion"]?.string }
        let own = all.filter { criterion == nil || $0["criterion"]?.string == criterion }
        guard own.count == 1, let entries = own[0]["per_class"]?.array, entries.count == count
        else {
            let known =
                names.isEmpty
                ? "evaluate with --validation and --criterion"
                : "it has \(names.joined(separator: ", "))"
            throw EvaluationError.value(
                place: path,
                reason: "has no single set of thresholds\(criterion.map { " of \($0)" } ?? ""); "
                    + known)
        }
        guard own[0]["chosen_on"]?.string == "validation" else {
            throw EvaluationError.value(
                place: path,
                reason: "its thresholds were chosen on the test rows, which proves nothing; "
                    + "evaluate with --validation")
        }
        return entries.map { $0["threshold"]?.number ?? .infinity }
    }

    private static func thresholds(_ json: JSON, count: Int) -> [Double] {
        let entries = json["per_class"]?.array ?? []
        return (0..<count).map { entries[$0]["threshold"]?.number ?? .infinity }
    }
}

extension LabelledScores {
    /// Rows whose truth is `[rows]` (a column each) or `[rows, classes]` (0 and 1).
    /// - Parameter thresholds: one a class, for rows with several labels.
    /// - Throws: `FileError` or ``EvaluationError`` for sizes or values that do not fit.
    public init(
        classes: ClassList, truth: NPY, scores: ScoreMatrix, thresholds: [Double]
    ) throws {
        switch truth.shape.count {
        case 1:
            try self.init(
                Predictions(classes: classes, truth: truth.integers(), scores: scores))
        case 2:
            guard truth.rows == scores.rows, truth.columns == classes.count else {
                throw EvaluationError.shape(
                    place: truth.path, expected: "[\(scores.rows), \(classes.count)] as the scores",
                    got: "\(truth.shape)")
            }
            self = .several(
                try MultiLabelPredictions(
                    classes: classes, truth: truth.integers(), scores: scores,
                    thresholds: thresholds))
        default:
            throw EvaluationError.shape(
                place: truth.path, expected: "[rows], or [rows, classes] of 0 and 1",
                got: "\(truth.shape)")
        }
    }

    /// Number of rows.
    public var rowCount: Int { scores.rows }

    /// The classes, in the order of the columns.
    public var classList: ClassList { classes }

    /// Whether these are the same rows with the same scores.
    public func isSame(_ other: LabelledScores) -> Bool {
        guard scores.rows == other.scores.rows, scores.columns == other.scores.columns else {
            return false
        }
        var isSame = true
        scores.forEachBlock { first, values in
            let rows = values.count / max(1, scores.columns)
            isSame = isSame && values == other.scores.values(first..<first + rows)
        }
        return isSame && hasTruth(of: other)
    }

    /// Whether the rows have the same classes.
    func hasTruth(of other: LabelledScores) -> Bool {
        switch (self, other) {
        case (.single(let own, _), .single(let others, _)): own.truth == others.truth
        case (.several(let own), .several(let others)): own.truth == others.truth
        default: false
        }
    }

    /// Some of the rows, in the order given.
    func selecting(_ rows: [Int]) throws(EvaluationError) -> LabelledScores {
        switch self {
        case .single(let predictions, _): try LabelledScores(predictions.selecting(rows))
        case .several(let predictions): .several(predictions.selecting(rows))
        }
    }
}
