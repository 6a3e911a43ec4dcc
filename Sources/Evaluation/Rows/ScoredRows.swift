internal import CambiumFiles

/// What an evaluation said row by row, read back from its folder: for curves and examples.
public struct ScoredRows: Sendable {
    /// Number of classes.
    package let classes: Int
    /// Column of the true class, a row each.
    package let truth: [Int]
    /// Column of the highest score, the first among equals.
    package let predicted: [Int]
    /// `[rows, classes]`.
    package let scores: [Double]
    /// A key a row; empty when rows have none.
    package let keys: [String]

    /// More scores than this are not read.
    package static let limit = 50_000_000

    /// Rows in memory.
    /// - Throws: ``EvaluationError`` when sizes do not fit or a class is none.
    package init(
        classes: Int, truth: [Int], scores: [Double], keys: [String], place: String
    ) throws(EvaluationError) {
        guard classes > 0, scores.count == truth.count * classes else {
            throw .shape(
                place: place, expected: "[\(truth.count), \(classes)]",
                got: "\(scores.count) values")
        }
        guard keys.isEmpty || keys.count == truth.count else {
            throw .shape(
                place: "\(place), keys", expected: "\(truth.count) rows", got: "\(keys.count)")
        }
        if let row = truth.firstIndex(where: { !(0..<classes).contains($0) }) {
            throw .value(
                place: "\(place), labels, row \(row + 1)", reason: "class column \(truth[row])")
        }
        if let bad = scores.firstIndex(where: \.isNaN) {
            throw .value(place: "\(place), scores, row \(bad / classes + 1)", reason: "NaN")
        }
        (self.classes, self.truth, self.scores, self.keys) = (classes, truth, scores, keys)
        predicted = truth.indices.map { row in
            var best = row * classes
            for index in best..<best + classes where scores[index] > scores[best] { best = index }
            return best - row * classes
        }
    }

    /// Rows that were just evaluated; nil without scores, or with so many that a page of one run
    /// would cost more than the run.
    package init?(_ predictions: Predictions, keys: [String]) throws(EvaluationError) {
        guard let scores = predictions.scores, scores.rows * scores.columns <= Self.limit / 10
        else {
            return nil
        }
        try self.init(
            classes: predictions.classes.count, truth: predictions.truth, scores: scores.all,
            keys: keys, place: "scores")
    }

    /// Rows of an output folder; nil where it holds no scores, or too many.
    /// - Throws: ``EvaluationError`` or `FileError` for files that do not fit together.
    public init?(folder: String, classes: Int) throws {
        let (path, keysPath) = ("\(folder)/scores.npy", "\(folder)/scores.keys.tsv")
        guard FileSystem.kind(path) == .file, FileSystem.kind("\(folder)/labels.npy") == .file
        else {
            return nil
        }
        let array = try NPY(path)
        let (count, overflow) = array.rows.multipliedReportingOverflow(by: array.columns)
        guard !overflow, count <= Self.limit else { return nil }
        try self.init(
            classes: classes, truth: try NPY("\(folder)/labels.npy").integers(),
            scores: try array.doubles(),
            keys: FileSystem.kind(keysPath) == .file ? EmbeddingTable.readKeys(keysPath).keys : [],
            place: path)
    }

    /// Rows by pairs of classes, the most confident first, at most some a pair.
    package func examples(limit: Int) -> [[Int]: [Int]] {
        var cells: [[Int]: [Int]] = [:]
        for row in truth.indices { cells[[truth[row], predicted[row]], default: []].append(row) }
        return cells.mapValues { rows in
            let sorted = rows.map { ($0, scores[$0 * classes + predicted[$0]]) }
                .sorted { ($1.1, $0.0) < ($0.1, $1.0) }
            return sorted.prefix(limit).map(\.0)
        }
    }

    /// A class's scores, and whether each row is of the class.
    package func column(_ column: Int) -> (scores: [Double], isPositive: [Bool]) {
        (
            truth.indices.map { scores[$0 * classes + column] },
            truth.map { $0 == column }
        )
    }

    /// All decisions (row, class) as one question.
    package var pooled: (scores: [Double], isPositive: [Bool]) {
        (scores, scores.indices.map { truth[$0 / classes] == $0 % classes })
    }
}
