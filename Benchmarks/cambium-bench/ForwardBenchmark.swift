import CambiumEncoders
import CambiumLayers
import CambiumTorch

/// The image tower's forward pass in evaluation, pixels to pooled features [batch, channels],
/// which are read back as embedding does: that also waits for a GPU.
enum ForwardBenchmark {
    static func run(_ arguments: [String]) throws -> Measurement {
        let options = try BenchmarkOptions(
            arguments, known: ["config", "size", "batch", "iterations", "device"])
        let (batch, size) = try (options.count("batch", 8), options.count("size", 224))
        let device = try options.device()
        let book = ParameterBook(RandomSource(seed: 0, device: device))
        let tower = try DaViT(options.model().image, in: book.scope)
        let images = try Tensor(pixels(batch, size), [batch, 3, size, size]).moved(to: device)
        let pass = { _ = try withoutGradients { try tower(images).array(of: Float.self) } }
        try pass()
        let clock = ContinuousClock()
        let seconds = try (0..<options.count("iterations", 3)).map { _ in
            try clock.measure(pass) / .seconds(1)
        }
        return Measurement(seconds: seconds, parameters: book.count, device: device)
    }
}
