import CambiumFiles
import CambiumTorch

/// What a benchmark prints: seconds of each iteration, and what was measured.
struct Measurement {
    /// Seconds of each iteration after the warm-up.
    let seconds: [Double]
    /// Elements of all parameters, to be compared with the other side's.
    let parameters: Int
    /// Where the work was done.
    let device: Device

    /// The JSON line that `Benchmarks/interleave.py` reads.
    var line: String {
        JSON.object([
            "device": .string("\(device)"), "libtorch": .string(Runtime.version),
            "parameters": .integer(parameters), "seconds": .array(seconds.map(JSON.number)),
            "threads": .integer(Runtime.threads),
        ]).line
    }
}

/// Made-up pixels, row-major [batch, 3, size, size]: speed does not depend on what they show.
func pixels(_ batch: Int, _ size: Int) throws -> [Float] {
    let (image, tooLarge) = size.multipliedReportingOverflow(by: 3 * size)
    guard !tooLarge, image <= Int(Int32.max) / batch else {
        throw BenchmarkError(
            description: "--batch \(batch) of --size \(size) is more than 2^31 values; take less")
    }
    var generator = SeededGenerator(seed: 1, SeededGenerator.stream("benchmark"))
    return (0..<batch * image).map { _ in Float(generator.normal()) }
}
