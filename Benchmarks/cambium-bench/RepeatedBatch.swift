import CambiumTraining

/// The same made-up batch again and again, with the time of each request; ends the run by an
/// error when all steps are done.
final class RepeatedBatch: BatchSource {
    /// Thrown in place of the batch after the last.
    struct Finished: Error {}

    let batch: Int
    let size: Int
    let steps: Int
    /// When each batch was asked for: one more than there are steps.
    private(set) var requests: [ContinuousClock.Instant] = []
    private let content: TrainingBatch

    /// `classes` texts shared among `batch` images of `size` x `size` pixels.
    init(batch: Int, size: Int, classes: Int, steps: Int) throws {
        (self.batch, self.size, self.steps) = (batch, size, steps)
        let rows = (0..<batch).map { $0 % classes }
        content = TrainingBatch(
            pixels: try pixels(batch, size), labels: rows.map { $0 + 1 },
            texts: rows.map(String.init), keys: rows.map(String.init))
    }

    /// The batch, until every step has had it.
    func next() throws -> TrainingBatch? {
        requests.append(.now)
        guard requests.count <= steps else { throw Finished() }
        return content
    }
}
