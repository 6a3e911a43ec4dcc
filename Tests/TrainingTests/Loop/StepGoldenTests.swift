import CambiumEncoders
import CambiumFiles
import CambiumLayers
import CambiumTorch
import CambiumTraining
import Testing

/// Whole steps against timm, torch's layers and torch.optim together (make_step_golden.py).
@Suite struct StepGoldenTests {
    private static func configuration(_ golden: Golden) throws -> ImageTextConfiguration {
        var configuration = ImageTextConfiguration()
        configuration.image.widths = try golden["widths"].integers
        configuration.image.heads = [2, 4, 4, 8]
        configuration.image.groups = [2, 4, 4, 8]
        configuration.image.depths = [1, 1, 2, 1]
        configuration.text.contextLength = 12
        configuration.text.vocabulary = 50
        configuration.text.width = 32
        configuration.text.layers = 3
        configuration.text.heads = 4
        configuration.projection = try golden["projection"].integer
        return configuration
    }

    private static func rules(_ golden: Golden) throws -> ParameterRules {
        var rules = ParameterRules()
        rules.weightDecay = try golden["weight_decay"].number
        rules.decayPatterns = [
            (#"\.bias$"#, 0), ("logit_scale", 0), ("positional_embedding", 0),
            ("token_embedding", 0),
        ]
        return rules
    }

    private static func matches(
        _ tensor: Tensor, _ digest: Golden, _ tolerance: Double, _ what: String
    ) throws {
        let values = try tensor.array(of: Double.self)
        let size = try digest["abs_sum"].number
        let error = abs(values.reduce(0, +) - (try digest["sum"].number)) / size
        #expect(error < tolerance, "\(what), sum")
        expect(
            Array(values.prefix(4)), try digest["first"].numbers, tolerance,
            "\(what), first elements")
    }

    @Test func `three training steps equal PyTorch's`() throws {
        let golden = try Golden(file: "step_golden.json")
        let configuration = try Self.configuration(golden)
        let names = try ImageTextModel(configuration, from: ShapeSource()).parameters.entries
        let model = try ImageTextModel(
            configuration, from: ClosedForm(names.map(\.name), .float64))
        let entries = model.parameters.entries
        let groups = try ParameterGroups(Self.rules(golden), names: entries.map(\.name)).groups
        let optimizer = try AdamW(
            groups, Dictionary(uniqueKeysWithValues: entries.map { ($0.name, $0.tensor) }))
        let ema = try EMA(entries, decay: golden["smoothing"].number)
        let labels = try golden["labels"].integers
        let tokens = TokenBatch(
            ids: try golden["ids"].list.flatMap { try $0.integers },
            mask: try golden["mask"].list.flatMap { try $0.integers }, contextLength: 12)
        let shape = [labels.count, 3, try golden["size"].integer, try golden["size"].integer]
        func pixels(_ step: Int) throws -> Tensor {
            try Tensor(sines(shape.reduce(1, *), 0.013, Double(step)), shape)
        }

        let steps = try golden["steps"].list
        for (index, expected) in steps.enumerated() {
            let loss = try ContrastiveLoss()(
                images: model.embed(images: pixels(index + 1)), texts: model.embed(texts: tokens),
                labels: labels, logitScale: model.logitScale)
            expect([try loss.item()], [try expected["loss"].number], 1e-9, "loss \(index + 1)")
            try loss.backward()
            let norm = try withoutGradients {
                try optimizer.step(
                    learningRate: golden["learning_rate"].number,
                    clipping: golden["clipping"].number)
            }
            expect([norm], [try expected["norm"].number], 1e-8, "norm \(index + 1)")
            try ema.update(step: index + 1)
        }
        try withoutGradients {
            for (tensor, key) in [
                (try model.embed(images: pixels(steps.count)), "images"),
                (try model.embed(texts: tokens), "texts"),
            ] {
                let rows = try golden[key].list.flatMap { try $0.numbers }
                expect(try tensor.array(of: Double.self), rows, 1e-8, key)
            }
        }
        for (entries, key) in [(entries, "parameters"), (ema.averages, "smoothed")] {
            let shown = try golden[key]
            for (name, tensor) in entries {
                guard let digest = shown.json[name] else { continue }
                try Self.matches(tensor, Golden(digest), 1e-8, "\(key) \(name)")
            }
        }
    }
}
