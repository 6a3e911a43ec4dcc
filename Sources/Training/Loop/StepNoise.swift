internal import CambiumFiles
internal import CambiumLayers

/// A step's randomness for stochastic depth. Each call draws for the whole batch and gives the
/// part that is asked for, so that a sample's numbers depend neither on the number of processes
/// nor on how the batch is cut.
final class StepNoise: UniformSource {
    private var generator: SeededGenerator
    private let batch: Int
    private let rows: Range<Int>

    /// - Parameters:
    ///   - batch: samples of the whole batch, on all processes.
    ///   - rows: those that pass through now.
    init(seed: UInt64, step: Int, batch: Int, rows: Range<Int>) {
        generator = SeededGenerator(
            seed: seed, SeededGenerator.stream("drop-path"), UInt64(step))
        (self.batch, self.rows) = (batch, rows)
    }

    private init(_ other: StepNoise) {
        (generator, batch, rows) = (other.generator, other.batch, other.rows)
    }

    func copy() -> any UniformSource { StepNoise(self) }

    func uniforms(_ count: Int) -> [Double] {
        let all = (0..<batch).map { _ in generator.uniform() }
        return Array(all[rows].prefix(count))
    }
}
