import CambiumAdapters
import CambiumEncoders
import CambiumFiles
import CambiumTorch
import CambiumTraining
import Foundation
import Testing

/// The fast way through a head beside libtorch's autograd and AdamW, kind by kind.
@Suite struct HeadNetworkTests {
    private let rows = 13
    private let input = 20
    private let classes = 7

    private func configuration(_ kind: HeadConfiguration.Kind) -> HeadConfiguration {
        var configuration = HeadConfiguration(kind, input: input, classes: classes)
        (configuration.inner, configuration.hidden) = (40, 33)
        (configuration.cached, configuration.hasTexts, configuration.beta) = (50, true, 0.7)
        return configuration
    }

    private func embeddings() -> [Float] {
        (0..<rows * input).map { Float(sin(0.37 * Double($0)) + 0.2 * cos(3.1 * Double($0))) }
    }

    private func head(_ kind: HeadConfiguration.Kind) throws -> Head {
        try Head(configuration(kind), from: RandomSource(seed: 5))
    }

    private func network(_ head: Head) throws -> HeadNetwork {
        HeadNetwork(
            head.configuration, try head.named.map { try $0.tensor.detached().copied().array() })
    }

    private func expectClose(_ a: [Float], _ b: [Float], _ tolerance: Float, _ what: String) {
        #expect(a.count == b.count)
        let worst = zip(a, b).map { abs($0 - $1) / max(1, abs($1)) }.max() ?? .infinity
        #expect(worst <= tolerance, "\(what): \(worst)")
    }

    @Test(arguments: HeadConfiguration.Kind.allCases)
    func `logits equal libtorch's`(kind: HeadConfiguration.Kind) throws {
        let head = try head(kind)
        let expected: [Float] = try head(Tensor(embeddings(), [rows, input])).array()
        expectClose(try network(head).logits(embeddings()), expected, 2e-6, "logits")
    }

    @Test(arguments: HeadConfiguration.Kind.allCases.filter(\.isTrained))
    func `losses and weights of four steps equal libtorch's`(
        kind: HeadConfiguration.Kind
    ) throws {
        let head = try head(kind)
        let network = try network(head)
        let stepper = HeadStepper(network, batchSize: rows, loss: HeadLoss())
        let truth = (0..<rows).map { $0 * 5 % classes }
        let trained = try head.named.filter {
            !$0.name.hasPrefix("text_head") && !$0.name.hasPrefix("cache_values")
        }
        for (_, tensor) in trained { try tensor.setRequiresGradient() }
        let group = try ParameterGroups(.plain(decay: 0.05), names: trained.map(\.name)).groups
        let optimizer = try AdamW(
            group, Dictionary(uniqueKeysWithValues: trained.map { ($0.name, $0.tensor) }))
        for step in 1...4 {
            let loss = try head(Tensor(embeddings(), [rows, input]))
                .crossEntropy(Tensor(truth, [rows]))
            try loss.backward()
            _ = try withoutGradients { try optimizer.step(learningRate: 3e-3, clipping: nil) }
            let mine = stepper.step(
                embeddings(), .classes(truth), batch: Array(0..<rows), rate: 3e-3, decay: 0.05)
            #expect(abs(mine - (try loss.item())) < 2e-6, "step \(step)")
        }
        for (entry, values) in zip(try head.named, network.parameters) {
            // Adam's first steps have length 1 whatever the gradient: a value whose gradient is
            // all rounding may part by some of them, so the sum of errors counts.
            let reference: [Float] = try entry.tensor.detached().array()
            let error = zip(values, reference).reduce(0) { $0 + Double(abs($1.0 - $1.1)) }
            let size = reference.reduce(1e-3) { $0 + Double(abs($1)) }
            #expect(error < 2e-5 * size, "\(entry.name) \(error / size)")
        }
    }

    @Test func `dead taps only decay, as their gradients of zero have it`() throws {
        let head = try head(.mlpConv)
        let network = try network(head)
        let stepper = HeadStepper(network, batchSize: rows, loss: HeadLoss())
        for _ in 0..<10 {
            _ = stepper.step(
                embeddings(), .classes(.init(repeating: 1, count: rows)), batch: [0, 3], rate: 1e-2,
                decay: 0.1)
        }
        let index = try #require(try head.named.firstIndex { $0.name == "retrieval_conv.0.weight" })
        let before: [Float] = try head.named[index].tensor.detached().array()
        let after = network.parameters[index]
        for place in before.indices where place % 3 != 1 {
            #expect(abs(after[place] - before[place] * Float(pow(1 - 1e-3, 10))) < 1e-7)
        }
        #expect(
            zip(before, after).enumerated().contains {
                $0.offset % 3 == 1 && $0.element.0 != $0.element.1
            })
    }

    @Test(arguments: ["weights", "smoothing", "focus", "adjustment"])
    func `a loss's gradient is its slope`(kind: String) throws {
        var loss = HeadLoss()
        switch kind {
        case "weights": loss.classWeights = (0..<classes).map { 0.5 + Float($0) }
        case "smoothing":
            loss.smoothing = 0.2
            loss.classWeights = (0..<classes).map { 0.5 + Float($0) }
        case "focus": loss.focus = 2
        default: loss.adjustment = (0..<classes).map { Float($0) * -0.3 }
        }
        try expectSlope(loss, .classes((0..<rows).map { $0 * 5 % classes }))
    }

    @Test func `with several labels a row the gradient is the slope, too`() throws {
        var loss = HeadLoss()
        loss.classWeights = (0..<classes).map { 0.5 + Float($0) }
        loss.smoothing = 0.1
        try expectSlope(loss, .labels((0..<rows * classes).map { $0 % 3 == 0 ? 1 : 0 }))
    }

    private func expectSlope(_ loss: HeadLoss, _ targets: HeadTargets) throws {
        let logits = (0..<classes).map { Float(sin(1.7 * Double($0))) }
        func value(_ logits: [Float]) -> (loss: Double, gradient: [Float]) {
            var gradient = [Float](repeating: 0, count: classes)
            let result =
                switch targets {
                case .classes(let all):
                    loss.row(logits, classes, truth: all[1], total: 3, gradient: &gradient) / 3
                case .labels(let all):
                    loss.row(logits, classes, labels: all[..<classes], rows: 3, gradient: &gradient)
                        / 3
                }
            return (result, gradient)
        }
        let gradient = value(logits).gradient
        #expect(gradient.contains { abs($0) > 0.01 })
        for column in 0..<classes {
            var (more, less) = (logits, logits)
            more[column] += 0x1p-7
            less[column] -= 0x1p-7
            let slope = (value(more).loss - value(less).loss) / 0x1p-6
            #expect(abs(slope - Double(gradient[column])) < 1e-4, "\(column)")
        }
    }
}

extension ParameterRules {
    /// One decay for every parameter.
    static func plain(decay: Double) -> ParameterRules {
        var rules = ParameterRules()
        (rules.noDecayModules, rules.weightDecay) = ([], decay)
        return rules
    }
}
