import Foundation
import Torch

// One measurement of Cambium's for `Benchmarks/`, printed as one line of JSON:
//   cambium-bench forward --config FILE.yaml --size 224 --batch 8 --iterations 3
//   cambium-bench train-step --config FILE.yaml --size 64 --batch 32 --classes 15 --iterations 5
// Threads are OMP_NUM_THREADS', as PyTorch's.
let benchmarks = ["forward": ForwardBenchmark.run, "train-step": TrainStepBenchmark.run]

do {
    let arguments = Array(CommandLine.arguments.dropFirst())
    guard let name = arguments.first, let benchmark = benchmarks[name] else {
        throw BenchmarkError(
            description: "usage: cambium-bench \(benchmarks.keys.sorted().joined(separator: "|")) "
                + "--config FILE.yaml [--size N] [--batch N] [--iterations N]")
    }
    print(try benchmark(Array(arguments.dropFirst())))
} catch {
    FileHandle.standardError.write(Data("cambium-bench: \(error)\n".utf8))
    exit(2)
}
