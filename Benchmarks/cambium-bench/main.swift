import Foundation

// One measurement of Cambium's for `Benchmarks/`, printed as one line of JSON:
//   cambium-bench forward --config FILE.yaml --size 224 --batch 8 --iterations 3
//   cambium-bench encode --config FILE.yaml --size 224 --batch 32 --iterations 3
//   cambium-bench train-step --config FILE.yaml --size 64 --batch 32 --classes 15 --iterations 5
//   cambium-bench knn --train FILE.npy --test FILE.npy --k 10 --metric cosine --classes 22
//   cambium-bench coverage --replicates 1000 --resamples 400   (a table in Markdown)
// The first three take --device cpu|cuda|cuda:N. Threads are OMP_NUM_THREADS', as PyTorch's; the
// others take all processors.
let benchmarks = [
    "forward": { try ForwardBenchmark.run($0).line },
    "encode": { try EncodeBenchmark.run($0).line },
    "train-step": { try TrainStepBenchmark.run($0).line }, "knn": NeighborsBenchmark.run,
    "coverage": CoverageBenchmark.run,
]

func end(_ message: String, status: Int32) -> Never {
    FileHandle.standardError.write(Data("cambium-bench: \(message)\n".utf8))
    exit(status)
}

do {
    let arguments = CommandLine.arguments.dropFirst()
    guard let benchmark = arguments.first.flatMap({ benchmarks[$0] }) else {
        throw BenchmarkError(
            description:
                "usage: cambium-bench knn ...|coverage ...|forward|encode|train-step --config FILE.yaml [--size N] "
                + "[--batch N] [--iterations N] [--device cpu|cuda|cuda:N]")
    }
    print(try benchmark(Array(arguments.dropFirst())))
} catch let error as BenchmarkError {
    end("\(error)", status: 2)
} catch {
    end("\(error)", status: 1)
}
