import Files
import Torch

/// Runs `body` once to warm up and then `iterations` times, and gives the seconds of each as the
/// JSON line that `Benchmarks/interleave.py` reads.
func measure(_ iterations: Int, parameters: Int, _ body: () throws -> Void) throws -> String {
    let clock = ContinuousClock()
    try body()
    let seconds = try (0..<iterations).map { _ in
        JSON.number(try clock.measure(body) / .seconds(1))
    }
    return JSON.object([
        "seconds": .array(seconds), "parameters": .integer(parameters),
        "threads": .integer(Runtime.threads),
    ]).line
}

/// Made-up pixels [batch, 3, size, size]: speed does not depend on what they show.
func pixels(_ batch: Int, _ size: Int) throws -> Tensor {
    var generator = SeededGenerator(seed: 1, SeededGenerator.stream("benchmark"))
    let values = (0..<batch * 3 * size * size).map { _ in Float(generator.normal()) }
    return try Tensor(values, [batch, 3, size, size])
}
