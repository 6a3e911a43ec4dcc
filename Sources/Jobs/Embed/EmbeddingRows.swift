internal import CambiumCorpus
internal import CambiumEvaluation
internal import CambiumFiles

/// The rows of an embedding on their way to `--out`. The files are begun with the first row, so
/// that work that fails before leaves nothing.
final class EmbeddingRows {
    private let job: EmbeddingJob
    private let dimension: Int
    private let keys: [String]
    private let classes: [ClassLabel?]
    private let progress: JobProgress
    private let origin: () throws -> EmbeddingOrigin
    private var writer: EmbeddingWriter?
    private var done = 0

    init(
        _ job: EmbeddingJob, dimension: Int, _ keys: [String],
        _ classes: [ClassLabel?], _ origin: @escaping () throws -> EmbeddingOrigin,
        _ progress: JobProgress
    ) {
        (self.job, self.dimension, self.progress) = (job, dimension, progress)
        self.origin = origin
        (self.keys, self.classes) = (keys, classes)
    }

    /// Writes some rows.
    func take(_ vectors: [Float]) throws {
        if let bad = vectors.firstIndex(where: { !$0.isFinite }) {
            throw CorpusError.image(
                key: keys[done + bad / dimension],
                reason: "its embedding is not finite; the weights are damaged")
        }
        if writer == nil {
            try FileSystem.makeFolder(FileSystem.parent(job.out))
            writer = try EmbeddingWriter(
                job.out, dimension: dimension, keys: keys, classes: classes,
                as: job.half ? .float16 : .float32, origin: origin())
        }
        try writer?.write(vectors)
        done += vectors.count / dimension
        progress.update(done)
    }

    /// Gives the files their names.
    func finish() throws {
        progress.finish()
        try writer.take()?.commit()
    }
}
