import Adapters
import Files
import Testing
import Torch
import Training

/// Three AdamW steps of the document's head against PyTorch, in float64
/// (`AdaptersTests/Fixtures/make_adapter_golden.py`).
@Suite struct HeadGoldenTests {
    let golden: Golden

    init() throws { golden = try Golden(file: "../../AdaptersTests/Fixtures/adapter_golden.json") }

    private func head() throws -> Head {
        var configuration = HeadConfiguration(
            .mlpConv, input: try golden["input"].integer, classes: try golden["classes"].integer)
        configuration.inner = try golden["inner"].integer
        configuration.hidden = try golden["hidden"].integer
        let names = try golden["shapes"].members.map(\.name)
        return try Head(configuration, from: ClosedForm(names, .float64))
    }

    private func optimizer(_ head: Head) throws -> AdamW {
        let group = ParameterGroup(
            weightDecay: try golden["weight_decay"].number, rateScale: 1,
            names: head.named.map(\.name))
        return try AdamW(
            [group], Dictionary(uniqueKeysWithValues: head.named.map { ($0.name, $0.tensor) }))
    }

    @Test func `three steps equal PyTorch's`() throws {
        let (head, rows) = (try head(), try golden["rows"].integer)
        let optimizer = try optimizer(head)
        let input = head.configuration.input
        let x = try Tensor(sines(rows * input, 0.37, 0), [rows, input])
        let y = try Tensor(golden["labels"].integers, [rows])
        for (step, expected) in try golden["losses"].numbers.enumerated() {
            let loss = try head(x).crossEntropy(y)
            #expect(try abs(loss.item() - expected) < 1e-11, "step \(step + 1)")
            try loss.backward()
            if step == 0 { try checkGradients(head) }
            try withoutGradients {
                _ = try optimizer.step(
                    learningRate: golden["learning_rate"].number, clipping: nil)
            }
        }
        let logits: [Double] = try head(x).detached().array()
        try expect(logits, golden["trained_logits"].list.flatMap { try $0.numbers }, 1e-9, "logits")
        for (name, digest) in try golden["trained_parameters"].members {
            let tensor = try #require(head.named.first { $0.name == name }).tensor
            try check(name, tensor.detached(), digest)
        }
    }

    private func checkGradients(_ head: Head) throws {
        for (name, digest) in try golden["gradients"].members {
            let tensor = try #require(head.named.first { $0.name == name }).tensor
            try check("gradient of \(name)", #require(tensor.gradient()), digest)
        }
    }

    private func check(_ what: String, _ tensor: Tensor, _ digest: Golden) throws {
        #expect(try tensor.shape == digest["shape"].integers)
        let values = try tensor.array(of: Double.self)
        let first = try digest["first"].numbers
        try expect(Array(values.prefix(first.count)), first, 1e-8, "\(what), first")
        let size = values.reduce(0) { $0 + abs($1) }
        try expect([size], [digest["abs_sum"].number], 1e-8, "\(what), sum of sizes")
    }
}
