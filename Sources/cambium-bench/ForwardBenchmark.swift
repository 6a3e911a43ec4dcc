import Encoders
import Layers
import Torch

/// The image tower's forward pass in evaluation, pixels to pooled features.
enum ForwardBenchmark {
    static func run(_ arguments: [String]) throws -> String {
        let options = try BenchmarkOptions(
            arguments, known: ["config", "size", "batch", "iterations"])
        let book = ParameterBook(RandomSource(seed: 0))
        let tower = try DaViT(options.model().image, in: book.scope)
        let images = try pixels(options.count("batch", 8), options.count("size", 224))
        return try measure(options.count("iterations", 3), parameters: book.count) {
            _ = try withoutGradients { try tower(images) }
        }
    }
}
