import CambiumFiles
import CambiumTorch
import CambiumTraining
import Foundation
import Testing

/// Against torch's cross-entropy with probabilities as targets, and open_clip's ClipLoss and
/// SigLipLoss (make_contrastive_golden.py).
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

    @Test(arguments: [(ElementType.float64, 1e-11), (.float32, 1e-4)])
    func `CLIP's and SigLIP's losses and gradients equal open_clip's`(
        type: ElementType, tolerance: Double
    ) throws {
        let cases = try Golden(file: "contrastive_golden.json")["losses"].list
        #expect(cases.count == 18)
        for golden in cases {
            let kind = try #require(ContrastiveLoss.Kind(rawValue: golden["kind"].text))
            let labels = try golden["labels"].integers
            let smoothing = try golden["label_smoothing"].number
            let what = try "\(kind) of \(golden["name"].text) at \(golden["log_scale"].number)"
            let shape = [labels.count, try golden["channels"].integer]
            let count = shape[0] * shape[1]
            let images = try leaf(sines(count, 0.5, 0.2), shape, type)
            let texts = try leaf(sines(count, 0.3, .pi / 2), shape, type)
            let scale = try leaf([golden["log_scale"].number], [], type)
            let bias = try golden["bias"].json.number.map { try leaf([$0], [], type) }
            let gradients = try golden["gradients"]
            // One process computes it whole, several in parts.
            for parts in [[0..<labels.count], [0..<1, 1..<labels.count]] {
                for tensor in [images, texts, scale, bias] { tensor?.clearGradient() }
                let loss = try parts.filter { !$0.isEmpty }.map { rows in
                    try ContrastiveLoss(kind, labelSmoothing: smoothing)(
                        images: images.normalized(), texts: texts.normalized(), labels: labels,
                        rows: rows, logitScale: scale, logitBias: bias)
                }.reduce(Tensor([0], []).converted(to: type)) { try $0 + $1 }
                expect([try loss.item()], [try golden["loss"].number], tolerance, what)
                try loss.backward()
                let leaves = [("images", images), ("texts", texts), ("log_scale", scale)]
                for (name, tensor) in leaves + (bias.map { [("bias", $0)] } ?? []) {
                    let values = try #require(try tensor.gradient()).array(of: Double.self)
                    let reference = try gradients[name]
                    let numbers =
                        try reference.json.array == nil
                        ? [reference.number] : reference.numbers
                    expect(values, numbers, tolerance, "\(what), \(name)")
                }
            }
        }
    }
}
