internal import Files
internal import Layers

/// A step's randomness for stochastic depth.
final class StepNoise: UniformSource {
    private var generator: SeededGenerator

    init(seed: UInt64, step: Int) {
        generator = SeededGenerator(
            seed: seed, SeededGenerator.stream("drop-path"), UInt64(step))
    }

    func uniform() -> Double { generator.uniform() }
}
