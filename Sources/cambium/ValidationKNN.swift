internal import Corpus
internal import Encoders
internal import Evaluation
internal import Imaging

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
    private let validationCache = ImageCache()
    private let classes: ClassList

    init(
        train: DataSetSplit, validation: DataSetSplit, neighbors: Int,
        preprocessing: Preprocessing, batchSize: Int, workers: Int, cache: ImageCache
    ) throws {
        (self.train, self.validation, self.neighbors) = (train, validation, neighbors)
        (self.preprocessing, self.batchSize) = (preprocessing, batchSize)
        (self.workers, self.cache) = (workers, cache)
        classes = try ClassList(
            occurringIn: train.evaluationLabels, validation.evaluationLabels)
    }

    /// Accuracy, macro F1, MCC and mAUC of a model.
    func metrics(of model: ImageTextModel) throws -> [(name: String, value: Double?)] {
        var embedder = try Embedder(model, preprocessing)
        embedder.batchSize = batchSize
        embedder.workers = workers
        let knn = try KNearestNeighbors(
            train: embedder.embed(train, cache: cache), dimension: embedder.width,
            labels: columns(of: train), classCount: classes.count,
            k: min(neighbors, train.count))
        let queries = try embedder.embed(validation, cache: validationCache)
        let scores = knn.scores(try knn.neighbors(of: queries, dimension: embedder.width))
        let metrics = try ClassificationMetrics(
            Predictions(classes: classes, truth: columns(of: validation), scores: scores))
        return [
            ("accuracy", metrics.accuracy), ("macro_f1", metrics.macro.f1), ("mcc", metrics.mcc),
            ("mauc", metrics.mauc),
        ]
    }

    private func columns(of split: DataSetSplit) -> [Int] {
        split.evaluationLabels.map { $0.flatMap { classes.column(of: $0.id) } ?? 0 }
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
