import CambiumEncoders
import CambiumLayers
import CambiumTorch

/// Images to embeddings as `cambium embed` and the server compute them: a batch in parts, side by
/// side on a processor.
enum EncodeBenchmark {
    static func run(_ arguments: [String]) throws -> Measurement {
        let options = try BenchmarkOptions(
            arguments, known: ["config", "size", "batch", "iterations", "device"])
        let (batch, size) = try (options.count("batch", 8), options.count("size", 224))
        let device = try options.device()
        let model = try ImageTextModel(
            options.model(), from: RandomSource(seed: 0, device: device))
        let encoder = BatchEncoder(model, height: size, width: size)
        let images = try pixels(batch, size)
        let image = 3 * size * size
        let pass = {
            _ = try encoder.images(batch) { rows in
                Array(images[rows.lowerBound * image..<rows.upperBound * image])
            }
        }
        try pass()
        let clock = ContinuousClock()
        let seconds = try (0..<options.count("iterations", 3)).map { _ in
            try clock.measure(pass) / .seconds(1)
        }
        return Measurement(
            seconds: seconds, parameters: model.parameters.count, device: device)
    }
}
