import CambiumTorch
import CambiumTraining
import Testing

/// The losses of mixed images, against torch's cross-entropies (make_mixed_golden.py).
@Suite struct MixedLossTests {
    private func leaf(_ values: [Double], _ shape: [Int]) throws -> Tensor {
        let tensor = try Tensor(values, shape)
        try tensor.setRequiresGradient()
        return tensor
    }

    @Test func `losses and gradients of mixed images equal torch's`() throws {
        let cases = try Golden(file: "mixed_golden.json")["cases"].list
        #expect(cases.count == 20)
        for golden in cases {
            let labels = try golden["labels"].integers
            let kind = try #require(ContrastiveLoss.Kind(rawValue: golden["kind"].text))
            let count = labels.count * 5
            let images = try leaf(sines(count, 0.5, 0.2), [labels.count, 5])
            let texts = try leaf(sines(count, 0.3, .pi / 2), [labels.count, 5])
            let scale = try leaf([golden["log_scale"].number], [])
            let loss = try ContrastiveLoss(kind, labelSmoothing: golden["smoothing"].number)(
                images: images.normalized(), texts: texts.normalized(), labels: labels,
                shares: golden["shares"].numbers, logitScale: scale,
                logitBias: Tensor(golden["bias"].number))
            let what = "\(kind), \(labels), \(try golden["shares"].numbers)"
            expect([try loss.item()], [try golden["loss"].number], 1e-12, what)
            try loss.backward()
            for (tensor, name) in [
                (images, "images"), (texts, "texts"), (scale, "log_scale_gradient"),
            ] {
                let reference = try golden[name]
                expect(
                    try #require(try tensor.gradient()).array(of: Double.self),
                    try name == "log_scale_gradient" ? [reference.number] : reference.numbers,
                    1e-11, "\(what), \(name)")
            }
        }
    }

    @Test(arguments: ContrastiveLoss.Kind.allCases)
    func `nothing mixed is the plain loss`(kind: ContrastiveLoss.Kind) throws {
        let labels = [3, 0, 3, 7]
        let images = try Tensor(sines(20, 0.5, 0.2), [4, 5]).normalized()
        let texts = try Tensor(sines(20, 0.3, 1), [4, 5]).normalized()
        let values = try [nil, [1, 1, 1, 1]].map { shares in
            try ContrastiveLoss(kind)(
                images: images, texts: texts, labels: labels, shares: shares,
                logitScale: Tensor(2.0)
            ).item()
        }
        #expect(abs(values[0] - values[1]) < 1e-13 * abs(values[0]))
    }
}
