internal import ArgumentParser
internal import Evaluation
internal import Files

/// `cambium evaluate scores`: scores that any program wrote.
struct EvaluateScores: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scores",
        abstract: "Measure scores that were made elsewhere.",
        discussion: """
            SCORES is [rows, classes], higher = more likely; LABELS is an int64 array with the \
            column of the true class a row, or a keys file (key, class_id, class_name).
            """)

    @Option(help: "The scores (.npy).")
    var scores: String

    @Option(help: "The true classes: .npy with column numbers, or a keys file.")
    var labels: String

    @Option(help: "The names of the columns, one a line (unique_texts.txt).")
    var classes: String?

    @OptionGroup var options: EvaluateOptions

    func run() throws {
        try options.requireRoom()
        let (predictions, keys) = try EvaluateOptions.checked { try read() }
        try options.finish(
            name: "Scores of \(FileSystem.name(scores))", predictions, keys: keys,
            inputs: [scores, labels])
    }

    private func read() throws -> (Predictions, [String]) {
        try Paths.requireFile(scores)
        try Paths.requireFile(labels)
        let array = try NPY(scores)
        guard array.shape.count == 2 else {
            throw EvaluationError.shape(
                place: scores, expected: "[rows, classes]", got: "\(array.shape)")
        }
        let truth =
            labels.hasSuffix(".npy")
            ? try columns(classes: array.columns) : try keys(classes: array.columns)
        guard truth.columns.count == array.rows else {
            throw EvaluationError.shape(
                place: labels, expected: "\(array.rows) rows as \(scores)",
                got: "\(truth.columns.count)")
        }
        return (
            try Predictions(
                classes: truth.classes, truth: truth.columns, scores: try ScoreMatrix(array)),
            truth.keys
        )
    }

    private typealias Truth = (classes: ClassList, columns: [Int], keys: [String])

    private func columns(classes count: Int) throws -> Truth {
        let array = try NPY(labels)
        guard array.shape.count == 1 else {
            throw EvaluationError.shape(place: labels, expected: "[rows]", got: "\(array.shape)")
        }
        let list =
            try named(firstID: 1)
            ?? ClassList((0..<count).map { ClassLabel(id: $0 + 1, name: "column \($0)") })
        return (try sized(list, count), try array.integers(), [])
    }

    private func keys(classes count: Int) throws -> Truth {
        let (keys, labels) = try EmbeddingTable.readKeys(labels)
        let occurring = try ClassList(occurringIn: labels)
        let list = try sized(
            named(firstID: occurring.column(of: 0) == nil ? 1 : 0) ?? occurring, count)
        let columns = try labels.enumerated().map { row, label in
            guard let label, let column = list.column(of: label.id) else {
                throw EvaluationError.value(
                    place: "\(self.labels):\(row + 1)", reason: "no class, or one without a column")
            }
            return column
        }
        return (list, columns, keys)
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
