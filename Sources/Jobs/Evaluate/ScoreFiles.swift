internal import CambiumEvaluation
internal import CambiumFiles

/// Scores and labels as files.
public struct ScoreFiles: Sendable {
    /// Scores [rows, classes] (.npy), higher = more likely.
    public var scores: String
    /// The true classes: .npy with column numbers or with 0 and 1, or a keys file.
    public var labels: String
    /// A key a row (a keys file), where ``labels`` is an array.
    public var keys: String?
    /// The file of the classes' names, one a line.
    public var classes: String?
    /// The classes, where other rows have shown them already.
    var known: ClassList?

    /// Scores and their labels.
    public init(scores: String, labels: String) { (self.scores, self.labels) = (scores, labels) }

    func read(threshold: Double) throws -> (LabelledScores, keys: [String]) {
        try Paths.requireFile(scores)
        try Paths.requireFile(labels)
        let array = try NPY(scores)
        guard array.shape.count == 2 else {
            throw EvaluationError.shape(
                place: scores, expected: "[rows, classes]", got: "\(array.shape)")
        }
        guard labels.hasSuffix(".npy") else { return try keyed(array) }
        let truth = try NPY(labels)
        guard truth.shape.count == 1 || truth.shape.count == 2 else {
            throw EvaluationError.shape(
                place: labels, expected: "[rows], or [rows, classes] of 0 and 1",
                got: "\(truth.shape)")
        }
        guard truth.rows == array.rows else { throw rows(array, truth.rows) }
        let list = try sized(named(firstID: 1) ?? known ?? unnamed(array.columns), array.columns)
        let rows = try LabelledScores(
            classes: list, truth: truth, scores: ScoreMatrix(array),
            thresholds: [Double](repeating: threshold, count: list.count))
        return (rows, try readKeys(array.rows))
    }

    private func rows(_ array: NPY, _ count: Int) -> EvaluationError {
        .shape(place: labels, expected: "\(array.rows) rows as \(scores)", got: "\(count)")
    }

    private func unnamed(_ count: Int) throws -> ClassList {
        try ClassList((0..<count).map { ClassLabel(id: $0 + 1, name: "column \($0)") })
    }

    private func readKeys(_ rows: Int) throws -> [String] {
        guard let keys else { return [] }
        try Paths.requireFile(keys)
        let names = try EmbeddingTable.readKeys(keys).keys
        guard names.count == rows else {
            throw EvaluationError.shape(
                place: keys, expected: "\(rows) rows as \(scores)", got: "\(names.count)")
        }
        return names
    }

    /// Labels from a keys file.
    private func keyed(_ array: NPY) throws -> (LabelledScores, keys: [String]) {
        let (names, labels) = try EmbeddingTable.readKeys(labels)
        guard names.count == array.rows else { throw rows(array, names.count) }
        let occurring = try ClassList(occurringIn: labels)
        let named = try named(firstID: occurring.column(of: 0) == nil ? 1 : 0)
        let list = try sized(named ?? known ?? occurring, array.columns)
        let columns = try labels.enumerated().map { row, label in
            guard let label, let column = list.column(of: label.id) else {
                throw EvaluationError.value(
                    place: "\(self.labels):\(row + 1)", reason: "no class, or one without a column")
            }
            return column
        }
        let predictions = try Predictions(
            classes: list, truth: columns, scores: ScoreMatrix(array))
        return (try LabelledScores(predictions), names)
    }

    private func named(firstID: Int) throws -> ClassList? {
        guard let classes else { return nil }
        try Paths.requireFile(classes)
        return try ClassList(file: classes, firstID: firstID)
    }

    private func sized(_ list: ClassList, _ count: Int) throws -> ClassList {
        guard list.count == count else {
            throw UsageError(
                "\(scores): \(count) columns, but \(list.count) classes are known; name every "
                    + "column with --classes FILE, one a line")
        }
        return list
    }
}
