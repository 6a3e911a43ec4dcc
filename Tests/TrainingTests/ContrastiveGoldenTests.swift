import Files
import Foundation
import Testing
import Torch
import Training

/// Against torch's cross-entropy with probabilities as targets (make_contrastive_golden.py).
@Suite struct ContrastiveGoldenTests {
    private func leaf(_ values: [Double], _ shape: [Int], _ type: ElementType) throws -> Tensor {
        let tensor = try Tensor(values, shape).converted(to: type)
        try tensor.setRequiresGradient()
        return tensor
    }

    @Test(arguments: [(ElementType.float64, 1e-11), (.float32, 1e-4)])
    func `loss and gradients equal the golden ones`(
        type: ElementType, tolerance: Double
    ) throws {
        let cases = try Golden(file: "contrastive_golden.json")["cases"].list
        #expect(cases.count == 21)
        for golden in cases {
            let labels = try golden["labels"].integers
            let what = try "\(golden["name"].text) at \(golden["log_scale"].number)"
            let shape = [labels.count, try golden["channels"].integer]
            let count = shape[0] * shape[1]
            let images = try leaf(sines(count, 0.5, 0.2), shape, type)
            let texts = try leaf(sines(count, 0.3, .pi / 2), shape, type)
            let scale = try leaf([golden["log_scale"].number], [], type)

            #expect(try ContrastiveLoss.targets(labels) == golden["targets"].integers)
            let loss = try ContrastiveLoss()(
                images: images.normalized(), texts: texts.normalized(), labels: labels,
                logitScale: scale)
            let expected = try golden["loss"].number
            #expect(abs(try loss.item() - expected) < tolerance * max(1, expected), "\(what)")

            try loss.backward()
            let gradients = try golden["gradients"]
            for (tensor, name) in [(images, "images"), (texts, "texts")] {
                let values = try #require(try tensor.gradient()).array(of: Double.self)
                let reference = try gradients[name].numbers
                let error = zip(values, reference).map { abs($0 - $1) }.max() ?? 1
                let size = max(1e-3, reference.map(abs).max() ?? 0)
                #expect(error / size < tolerance, "\(what), \(name)")
            }
            let slope = try #require(try scale.gradient()).item()
            let reference = try gradients["log_scale"].number
            #expect(abs(slope - reference) < tolerance * max(1, abs(expected)), "\(what), scale")
        }
    }
}
