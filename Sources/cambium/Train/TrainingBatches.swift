internal import CambiumCorpus
internal import CambiumFiles
internal import CambiumImaging
internal import CambiumTraining

/// The training split's batches: each process's share, augmented and, where the recipe says so,
/// mixed.
struct TrainingBatches {
    let train: JoinedSplit
    let order: EpochSampler
    let recipe: Recipe
    let distribution: Distribution
    let transform: ImageTransform
    let workers: Int
    /// The split's decoded pictures.
    let cache: ImageCache

    /// The batches of an epoch from a given one on; a function of its arguments only.
    func batches(epoch: Int, from first: Int) -> any BatchSource {
        let parts = order.rows(epoch: epoch).chunks(of: recipe.batchSize).enumerated()
            .dropFirst(first).map { index, rows in
                Part(
                    rows: rows, share: distribution.share(of: rows.count),
                    plan: plan(of: rows.count, epoch: epoch, batch: index))
            }
        return LoadedBatches(
            train, parts, size: (transform.width, transform.height),
            BatchLoader(
                train, batches: parts.map(\.loaded), seed: recipe.seed, epoch: epoch,
                workers: workers, cache: cache,
                transform: { [transform] in transform.training($0, using: &$1) }))
    }

    /// How a batch is mixed, equal in all processes; nil where it is not.
    private func plan(of count: Int, epoch: Int, batch: Int) -> MixingPlan? {
        guard recipe.mixing.probability > 0 else { return nil }
        var generator = SeededGenerator(
            seed: recipe.seed, SeededGenerator.stream("mixing"), UInt64(epoch), UInt64(batch))
        return recipe.mixing.plan(
            count: count, width: transform.width, height: transform.height, using: &generator)
    }
}

/// One batch before it is loaded.
private struct Part {
    /// All rows, of all processes.
    let rows: [Int]
    /// Which of them are this process's.
    let share: Range<Int>
    let plan: MixingPlan?

    /// The rows that this process decodes.
    var loaded: [Int] { (plan?.needed(by: share) ?? Array(share)).map { rows[$0] } }
}

/// The loader's batches with the texts and class numbers that training needs.
private final class LoadedBatches: BatchSource {
    private let split: JoinedSplit
    private let loader: BatchLoader
    private let size: (width: Int, height: Int)
    private var coming: ArraySlice<Part>

    init(
        _ split: JoinedSplit, _ parts: [Part], size: (width: Int, height: Int),
        _ loader: BatchLoader
    ) {
        (self.split, self.loader, self.size, coming) = (split, loader, size, parts[...])
    }

    func next() throws -> TrainingBatch? {
        guard let part = coming.popFirst(), let batch = try loader.next() else { return nil }
        let own = part.rows[part.share]
        let pixels = part.plan?.mixed(
            batch.pixels, rows: part.share, width: size.width, height: size.height)
        var result = TrainingBatch(
            pixels: pixels ?? batch.pixels, labels: part.rows.map { split.label($0)?.classID ?? 0 },
            rows: part.share, texts: own.map { split.label($0)?.className ?? "" },
            keys: own.map(split.key))
        result.shares = part.plan?.shares
        return result
    }
}

extension [Int] {
    /// Parts of `size` elements, the last with what is left.
    fileprivate func chunks(of size: Int) -> [[Int]] {
        stride(from: 0, to: count, by: size).map { Array(self[$0..<Swift.min($0 + size, count)]) }
    }
}
