internal import CambiumCorpus
internal import CambiumEncoders
internal import CambiumEvaluation
internal import CambiumImaging
internal import CambiumTorch
internal import CambiumTraining

/// The evaluation during training: what the validation split's embeddings are classified as, by
/// KNN against the training split's, by the nearest class text, or both.
struct ValidationJudge {
    let train: JoinedSplit
    let validation: JoinedSplit
    let recipe: Recipe
    let preprocessing: Preprocessing
    let tokenizer: Tokenizer
    let workers: Int
    /// The training split's decoded pictures, shared with training.
    let cache: ImageCache
    /// The processes that embed and search together.
    let distribution: Distribution
    private let validationCache = ImageCache()
    private let classes: ClassList
    private let bank: LabelledRows
    private let queries: LabelledRows

    init(
        train: JoinedSplit, validation: JoinedSplit, recipe: Recipe,
        preprocessing: Preprocessing, tokenizer: Tokenizer, workers: Int, cache: ImageCache,
        distribution: Distribution
    ) throws {
        (self.train, self.validation, self.recipe) = (train, validation, recipe)
        (self.preprocessing, self.tokenizer) = (preprocessing, tokenizer)
        (self.workers, self.cache, self.distribution) = (workers, cache, distribution)
        classes = try ClassList(
            occurringIn: train.evaluationLabels, validation.evaluationLabels)
        bank = try LabelledRows(train, classes)
        queries = try LabelledRows(validation, classes)
    }

    /// The metrics of a model that training can track, those of zero-shot with `zero_shot_` before
    /// their names.
    func metrics(of model: ImageTextModel) throws -> [(name: String, value: Double?)] {
        var embedder = try Embedder(model, preprocessing)
        embedder.batchSize = recipe.evaluationBatchSize
        embedder.workers = workers
        let rows = try queries.select(
            embed(validation, embedder, validationCache), embedder.width)
        var result: [(name: String, value: Double?)] = []
        if let neighbors = recipe.neighbors {
            result += try metrics(byNeighbors: neighbors, rows, embedder)
        }
        if !recipe.templates.isEmpty {
            let scale: Double = try model.logitScale.item()
            result += try metrics(byTexts: scale, rows, embedder).map {
                ("\(Recipe.zeroShotPrefix)\($0.name)", $0.value)
            }
        }
        return result
    }

    /// Each process searches the neighbours of its share of the rows.
    private func metrics(
        byNeighbors count: Int, _ rows: [Float], _ embedder: Embedder
    ) throws -> [(name: String, value: Double?)] {
        let width = embedder.width
        let knn = try KNearestNeighbors(
            train: bank.select(embed(train, embedder, cache), width), dimension: width,
            labels: bank.columns, classCount: classes.count, k: min(count, bank.columns.count))
        let share = distribution.share(of: queries.columns.count)
        let own = Array(rows[share.lowerBound * width..<share.upperBound * width])
        let scores = knn.scores(try knn.neighbors(of: own, dimension: width))
        return try metrics(
            distribution.gather(scores, width: classes.count, count: queries.columns.count))
    }

    private func metrics(
        byTexts logitScale: Double, _ rows: [Float], _ embedder: Embedder
    ) throws -> [(name: String, value: Double?)] {
        let texts = try ZeroShot.classTexts(
            classes.labels.map(\.name), templates: recipe.templates, dimension: embedder.width
        ) { try embedder.embed(texts: $0, tokenizer) }
        return try metrics(
            ZeroShot.scores(
                images: rows, texts: texts, dimension: embedder.width, logitScale: logitScale))
    }

    private func metrics(_ scores: [Double]) throws -> [(name: String, value: Double?)] {
        let metrics = try ClassificationMetrics(
            Predictions(classes: classes, truth: queries.columns, scores: scores))
        return Metric.keys(.training).map { ($0, metrics.values[$0]) }
    }

    /// A split's embeddings; each process makes its share.
    private func embed(
        _ split: JoinedSplit, _ embedder: Embedder, _ cache: ImageCache
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

    init(_ split: JoinedSplit, _ classes: ClassList) throws {
        let found = split.evaluationLabels.enumerated().compactMap { row, label in
            label.flatMap { classes.column(of: $0.id) }.map { (row, $0) }
        }
        (rows, columns) = (found.map(\.0), found.map(\.1))
        guard !rows.isEmpty else {
            throw UsageError(
                "no row of a \(split.count)-row split has a class_id: the evaluation that "
                    + "decides which weights are best needs classes in train and validation")
        }
    }

    func select(_ embeddings: [Float], _ width: Int) -> [Float] {
        if rows.count * width == embeddings.count { return embeddings }
        return rows.flatMap { embeddings[$0 * width..<($0 + 1) * width] }
    }
}

extension JoinedSplit {
    /// The rows' classes in Evaluation's terms; captions without a class count as unlabelled.
    var evaluationLabels: [ClassLabel?] {
        (0..<count).map { row in evaluationLabel(label(row)) }
    }
}

/// A data set's label in Evaluation's terms, nil for a caption without a class number.
func evaluationLabel(_ label: RowLabel?) -> ClassLabel? {
    guard let label, let id = label.classID else { return nil }
    return ClassLabel(id: id, name: label.className)
}
