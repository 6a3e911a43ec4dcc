internal import CambiumEncoders
internal import CambiumEvaluation
internal import CambiumFiles
internal import CambiumPackaging
internal import CambiumTorch
internal import CambiumTraining
internal import Foundation

/// The nearest class text decides.
public struct ZeroShotEvaluation: Sendable {
    /// The model folder that made the test embeddings.
    public var model: String
    /// The class texts, one a line (`unique_texts.txt`).
    public var labels: String
    /// Embeddings to classify (.npy, with its keys file).
    public var test: String
    /// The texts that the model reads; `{}` stands for the class text. Of several, the
    /// embeddings' means decide; none is the class text itself.
    public var templates: [String] = []
    /// A file of templates, one a line, in the place of ``templates``.
    public var templateFile: String?
    /// Divides the cosines before they become probabilities; nil: the model's own.
    public var temperature: Double?
    /// `cpu`, `cuda`, `cuda:N`, or `auto`.
    public var device = "auto"
    /// The output.
    public var options: EvaluationOptions

    /// The defaults above.
    public init(model: String, labels: String, test: String, _ options: EvaluationOptions) {
        (self.model, self.labels, self.test) = (model, labels, test)
        self.options = options
    }

    /// Classifies, measures and writes.
    /// - Returns: nil in a process that does not lead.
    public func run(
        at place: RankPlace = .alone, log: Log = Log()
    ) throws -> EvaluationResult? {
        try options.requireRoom()
        let table = try EvaluationTables.open(test)
        let list = try EvaluationTables.classes(labels, [table])
        let truth = try EvaluationTables.checked { try table.columns(in: list) }
        let folder = try Arguments.checked {
            try ModelBundle.model(at: model)
        }
        if table.origin?.model.sha256 != nil {
            let own = EmbeddingOrigin(
                model: try Origins.model(folder, drawn: nil), reading: .object([:]))
            try table.requireOrigin(own, model)
        }
        return try place.perform { distribution, _ in
            let scores = try scores(
                table, list, folder, place.device(device), distribution, log)
            let predictions = try Predictions(classes: list, truth: truth, scores: scores)
            guard distribution.leads else { return nil }
            return try options.finish(
                name: "Zero-shot", LabelledScores(predictions), keys: table.keys,
                inputs: [folder.weightsPath, templateFile].compactMap(\.self) + [labels]
                    + EvaluationTables.files(table), origin: table.origin, log: log)
        }
    }

    private func scores(
        _ table: EmbeddingTable, _ list: ClassList, _ folder: ModelFolder, _ device: Device,
        _ distribution: Distribution, _ log: Log
    ) throws -> [Double] {
        let loaded = try folder.load(device: device)
        let embedder = try Embedder(loaded, folder.preprocessing)
        guard embedder.width == table.dimension else {
            throw UsageError(
                "\(test): \(table.dimension) values a row, but \(model) gives \(embedder.width); "
                    + "embed the images with this model")
        }
        let tokenizer = try folder.tokenizer()
        let names = list.labels.map(\.name)
        let patterns = try templateFile.map(ClassPrompts.templates) ?? templates
        let used = patterns.isEmpty ? ["{}"] : patterns
        if distribution.leads { ClassPrompts.warn(names, used, tokenizer, log) }
        let vectors = try ZeroShot.classTexts(names, templates: used, dimension: embedder.width) {
            texts in
            let own = distribution.share(of: texts.count, inPieces: embedder.batchSize)
            return try distribution.gather(
                embedder.embed(texts: Array(texts[own]), tokenizer), width: embedder.width,
                count: texts.count, inPieces: embedder.batchSize)
        }
        let scale = try temperature.map { Foundation.log(1 / $0) } ?? loaded.logitScale.item()
        let own = try ZeroShot.scores(
            images: table.vectors(), texts: vectors, dimension: table.dimension,
            logitScale: scale, rows: distribution.share(of: table.rows))
        return try distribution.gather(own, width: list.count, count: table.rows)
    }
}
