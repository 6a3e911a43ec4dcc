internal import CambiumAdapters
internal import CambiumEncoders
internal import CambiumEvaluation
internal import CambiumFiles
internal import CambiumPackaging
internal import CambiumTorch
internal import CambiumTraining
internal import Foundation

/// The tables that `cambium adapt` learns from.
struct AdapterData {
    let train: EmbeddingTable
    let validation: EmbeddingTable
    let classes: ClassList
    let trainRows: HeadRows
    let validationRows: HeadRows
    /// A group a training row.
    let groups: [String]?
    /// Files besides the tables.
    private let others: [String]

    init(
        train: String, validation: String, classes: String?, groups: String?,
        labels: (train: String, validation: String)?
    ) throws {
        let (first, second) = (
            try EvaluationTables.open(train), try EvaluationTables.open(validation)
        )
        let list =
            labels == nil
            ? try EvaluationTables.classes(classes, [first, second])
            : try EvaluationTables.checked { try ClassList(file: classes ?? "") }
        guard first.dimension == second.dimension else {
            throw UsageError(
                "\(validation): \(second.dimension) values a row, but \(train) has "
                    + "\(first.dimension); embed both with one model")
        }
        try EmbeddingTable.requireOneOrigin([first, second])
        guard second.origin?.isLearned != true else {
            throw UsageError(
                "\(validation): the encoder learned from these very rows, so that nothing can be "
                    + "chosen on them; name the validation split's embeddings")
        }
        (self.train, self.validation, self.classes) = (first, second, list)
        trainRows = try EvaluationTables.checked { try Self.rows(first, list, labels?.train) }
        validationRows = try EvaluationTables.checked {
            try Self.rows(second, list, labels?.validation)
        }
        self.groups = try groups.map { path in
            try GroupNames(path).of(first.keys)
        }
        others = [groups, labels?.train, labels?.validation].compactMap(\.self)
    }

    private static func rows(
        _ table: EmbeddingTable, _ classes: ClassList, _ labels: String?
    ) throws -> HeadRows {
        let vectors = try table.vectors()
        if let bad = vectors.firstIndex(where: { !$0.isFinite }) {
            throw UsageError(
                "\(table.path): row \(bad / table.dimension + 1) holds \(vectors[bad]); embed again"
            )
        }
        guard let labels else {
            return HeadRows(embeddings: vectors, classes: try table.columns(in: classes))
        }
        try Paths.requireFile(labels)
        let array = try NPY(labels)
        guard array.shape == [table.rows, classes.count] else {
            throw UsageError(
                "\(labels): \(array.shape) values, [\(table.rows), \(classes.count)] expected: a "
                    + "row an embedding, a column a class")
        }
        let values =
            try array.element.isInteger ? array.integers().map(Double.init) : array.doubles()
        if let bad = values.firstIndex(where: { $0 != 0 && $0 != 1 }) {
            throw UsageError(
                "\(labels): row \(bad / classes.count + 1) holds \(values[bad]), 0 or 1 expected")
        }
        return HeadRows(
            embeddings: vectors, labels: values.map(Float.init), count: table.rows)
    }

    /// The digests of all files, for the record.
    func inputs() throws -> JSON {
        let files = [train, validation].flatMap { EvaluationTables.files($0) } + others
        return JSON.encode(try files.map { try InputFile(file: $0) })
    }
}

/// Embeddings of class texts by the model that made the images'.
enum AdapterTexts {
    static func embed(
        _ classes: ClassList, model: String, templates: [String], width: Int, log: Log
    ) throws -> HeadTexts {
        let folder = try Arguments.checked {
            try ModelBundle.model(at: model)
        }
        let loaded = try folder.load(device: .cpu)
        let embedder = try Embedder(loaded, folder.preprocessing)
        guard embedder.width == width else {
            throw UsageError(
                "\(model): gives \(embedder.width) values a row, the tables have \(width); name "
                    + "the model that made them")
        }
        let tokenizer = try folder.tokenizer()
        let names = classes.labels.map(\.name)
        ClassPrompts.warn(names, templates, tokenizer, log)
        let vectors = try ZeroShot.classTexts(names, templates: templates, dimension: width) {
            try embedder.embed(texts: $0, tokenizer)
        }
        return HeadTexts(vectors: vectors, scale: exp(try loaded.logitScale.item()))
    }
}
