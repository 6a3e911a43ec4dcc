internal import Corpus
internal import Encoders
internal import Evaluation
internal import Imaging
internal import Training

/// The evaluation during training: KNN of the validation split's embeddings against the training
/// split's.
struct ValidationKNN {
    let train: DataSetSplit
    let validation: DataSetSplit
    let neighbors: Int
    let preprocessing: Preprocessing
    let batchSize: Int
    let workers: Int
    /// The training split's decoded pictures, shared with training.
    let cache: ImageCache
    /// The processes that embed together.
    let distribution: Distribution
    private let validationCache = ImageCache()
    private let classes: ClassList
    private let bank: LabelledRows
    private let queries: LabelledRows

    init(
        train: DataSetSplit, validation: DataSetSplit, neighbors: Int,
        preprocessing: Preprocessing, batchSize: Int, workers: Int, cache: ImageCache,
        distribution: Distribution
    ) throws {
        self.distribution = distribution
        (self.train, self.validation, self.neighbors) = (train, validation, neighbors)
        (self.preprocessing, self.batchSize) = (preprocessing, batchSize)
        (self.workers, self.cache) = (workers, cache)
        classes = try ClassList(
            occurringIn: train.evaluationLabels, validation.evaluationLabels)
        bank = try LabelledRows(train, classes)
        queries = try LabelledRows(validation, classes)
    }

    /// Accuracy, macro F1, MCC and mAUC of a model.
    func metrics(of model: ImageTextModel) throws -> [(name: String, value: Double?)] {
        var embedder = try Embedder(model, preprocessing)
        embedder.batchSize = batchSize
        embedder.workers = workers
        let knn = try KNearestNeighbors(
            train: bank.select(embed(train, embedder, cache), embedder.width),
            dimension: embedder.width, labels: bank.columns, classCount: classes.count,
            k: min(neighbors, bank.columns.count))
        let rows = try queries.select(
            embed(validation, embedder, validationCache), embedder.width)
        let scores = knn.scores(try knn.neighbors(of: rows, dimension: embedder.width))
        let metrics = try ClassificationMetrics(
            Predictions(classes: classes, truth: queries.columns, scores: scores))
        return [
            ("accuracy", metrics.accuracy), ("macro_f1", metrics.macro.f1), ("mcc", metrics.mcc),
            ("mauc", metrics.mauc),
        ]
    }
}

extension ValidationKNN {
    /// A split's embeddings; each process makes its share.
    private func embed(
        _ split: DataSetSplit, _ embedder: Embedder, _ cache: ImageCache
    ) throws -> [Float] {
        let own = try embedder.embed(
            split, rows: distribution.share(of: split.count), cache: cache)
        return try distribution.gather(own, width: embedder.width, count: split.count)
    }
}

/// The rows of a split that have a class; a caption without one can be neither right nor wrong.
private struct LabelledRows {
    let rows: [Int]
    let columns: [Int]

    init(_ split: DataSetSplit, _ classes: ClassList) throws {
        let found = split.evaluationLabels.enumerated().compactMap { row, label in
            label.flatMap { classes.column(of: $0.id) }.map { (row, $0) }
        }
        (rows, columns) = (found.map(\.0), found.map(\.1))
        guard !rows.isEmpty else {
            throw UsageError(
                "no row of a \(split.count)-row split has a class_id: the KNN evaluation that "
                    + "decides which weights are best needs classes in train and validation")
        }
    }

    func select(_ embeddings: [Float], _ width: Int) -> [Float] {
        if rows.count * width == embeddings.count { return embeddings }
        return rows.flatMap { embeddings[$0 * width..<($0 + 1) * width] }
    }
}

extension DataSetSplit {
    /// The rows' classes in Evaluation's terms; captions without a class count as unlabelled.
    var evaluationLabels: [Evaluation.ClassLabel?] {
        (0..<count).map { row in evaluationLabel(label(row)) }
    }
}

/// A data set's label in Evaluation's terms, nil for a caption without a class number.
func evaluationLabel(_ label: Corpus.ClassLabel?) -> Evaluation.ClassLabel? {
    guard let label, let id = label.classID else { return nil }
    return Evaluation.ClassLabel(id: id, name: label.className)
}
