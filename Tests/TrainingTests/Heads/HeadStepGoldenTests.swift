import CambiumAdapters
import CambiumFiles
import CambiumTorch
import CambiumTraining
import Testing

/// The dermatology document's adapter, trained three steps as PyTorch does it
/// (Tests/AdaptersTests/Fixtures/make_adapter_golden.py).
@Suite struct HeadStepGoldenTests {
    private func matches(_ tensor: Tensor, _ digest: Golden, _ what: String) throws {
        let values = try tensor.array(of: Double.self)
        let size = try digest["abs_sum"].number
        #expect(abs(values.reduce(0, +) - (try digest["sum"].number)) <= 1e-10 * size, "\(what)")
        let first = try digest["first"].numbers
        for (value, reference) in zip(values, first) {
            #expect(abs(value - reference) <= 1e-10 * size / Double(values.count), "\(what)")
        }
    }

    @Test func `losses, gradients and weights of three steps equal PyTorch's`() throws {
        let golden = try Golden(file: "../../AdaptersTests/Fixtures/adapter_golden.json")
        var configuration = HeadConfiguration(
            .mlpConv, input: try golden["input"].integer, classes: try golden["classes"].integer)
        configuration.inner = try golden["inner"].integer
        configuration.hidden = try golden["hidden"].integer
        let names = try golden["shapes"].members.map(\.name)
        let head = try Head(configuration, from: ClosedForm(names, .float64))
        let (rows, labels) = (try golden["rows"].integer, try golden["labels"].integers)
        let x = try Tensor(sines(rows * configuration.input, 0.37, 0), [rows, configuration.input])
        let y = try Tensor(labels, [rows])
        var rules = ParameterRules()
        rules.noDecayModules = []
        rules.weightDecay = try golden["weight_decay"].number
        let groups = try ParameterGroups(rules, names: try head.named.map(\.name)).groups
        let optimizer = try AdamW(
            groups, Dictionary(uniqueKeysWithValues: try head.named.map { ($0.name, $0.tensor) }))
        let rate = try golden["learning_rate"].number
        for (index, expected) in try golden["losses"].numbers.enumerated() {
            let loss = try head(x).crossEntropy(y)
            expect([try loss.item()], [expected], 1e-12, "loss \(index + 1)")
            try loss.backward()
            for (name, tensor) in try head.named where index == 0 {
                let gradient = try #require(try tensor.gradient())
                try matches(gradient, golden["gradients"][name], "gradient \(name)")
            }
            _ = try withoutGradients { try optimizer.step(learningRate: rate, clipping: nil) }
        }
        for (name, tensor) in try head.named {
            try matches(tensor, golden["trained_parameters"][name], "trained \(name)")
        }
        let logits = try withoutGradients { try head(x).array(of: Double.self) }
        let reference = try golden["trained_logits"].list.flatMap { try $0.numbers }
        expect(logits, reference, 1e-10, "trained logits")
    }
}
