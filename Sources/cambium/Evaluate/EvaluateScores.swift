internal import ArgumentParser
internal import CambiumEvaluation
internal import CambiumFiles
internal import CambiumJobs

/// `cambium evaluate scores`: scores that any program wrote.
struct EvaluateScores: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scores",
        abstract: "Measure scores that were made elsewhere.",
        discussion: """
            SCORES is [rows, classes], higher = more likely; LABELS is an int64 array with the \
            column of the true class a row, a keys file (key, class_id, class_name), or, where a \
            row may have several classes or none, an array [rows, classes] of 0 and 1.
            """)

    @Option(help: "The scores (.npy).")
    var scores: String

    @Option(help: "The true classes: .npy with column numbers or with 0 and 1, or a keys file.")
    var labels: String

    @Option(help: "The names of the columns, one a line (unique_texts.txt).")
    var classes: String?

    @Option(help: "A key a row (a keys file), where --labels is an array.")
    var keys: String?

    @Option(help: "With several labels a row: a class is predicted from this score on.")
    var threshold = 0.5

    @Option(help: "Scores of validation rows, to choose thresholds on (.npy).")
    var validationScores: String?

    @Option(help: "Their true classes, as --labels.")
    var validationLabels: String?

    @Option(help: "Their keys, as --keys.")
    var validationKeys: String?

    @OptionGroup var options: EvaluateOptions

    func validate() throws {
        guard (validationScores == nil) == (validationLabels == nil) else {
            throw ValidationError("--validation-scores and --validation-labels belong together.")
        }
        guard validationScores == nil || options.protocols.validation == nil else {
            throw ValidationError("Give --validation or --validation-scores, not both.")
        }
    }

    func run() throws {
        try options.requireRoom()
        let test = ScoreFiles(scores: scores, labels: labels, keys: keys, classes: classes)
        let (rows, names) = try EvaluateOptions.checked { try test.read(threshold: threshold) }
        let validation = try EvaluateOptions.checked { try readValidation(like: rows) }
        let name = "Scores of \(FileSystem.name(scores))"
        let inputs =
            [scores, labels] + [validationScores, validationLabels].compactMap(\.self)
        switch rows {
        case .single(let predictions, _):
            try options.finish(
                name: name, predictions, keys: names, inputs: inputs, validation: validation)
        case .several(let predictions):
            try options.finish(
                name: name, predictions, keys: names, inputs: inputs, validation: validation)
        }
    }

    private func readValidation(like rows: LabelledScores) throws -> ValidationRows? {
        guard let validationScores, let validationLabels else { return nil }
        let files = ScoreFiles(
            scores: validationScores, labels: validationLabels, keys: validationKeys,
            classes: classes, known: rows.classList)
        let (scores, names) = try files.read(threshold: threshold)
        return ValidationRows(scores: scores, keys: names, place: validationScores)
    }
}

/// Scores and labels as files.
struct ScoreFiles {
    let scores: String
    let labels: String
    let keys: String?
    /// The file of the classes' names.
    let classes: String?
    /// The classes, where other rows have shown them already.
    var known: ClassList?

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
