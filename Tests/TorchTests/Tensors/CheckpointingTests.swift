import CambiumTorch
import Testing

@Suite struct CheckpointingTests {
    private struct Refused: Error {}

    private func leaf(_ values: [Double], _ shape: [Int]) throws -> Tensor {
        let tensor = try Tensor(values, shape)
        try tensor.setRequiresGradient()
        return tensor
    }

    private func gradients(
        _ pass: (Tensor, @escaping (Tensor) throws -> Tensor) throws -> Tensor,
        inputHasHistory: Bool
    ) throws -> [[Double]] {
        let weight = try leaf([0.3, -0.2, 0.9, 0.4], [2, 2])
        let start = try leaf([0.5, 1.5], [1, 2])
        let input = inputHasHistory ? try start * 2.0 : try start.detached()
        var x = input
        for _ in 0..<2 { x = try pass(x) { try $0.linear(weight).gelu() } }
        try x.sum().backward()
        return try [weight, start].compactMap { try $0.gradient()?.array(of: Double.self) }
    }

    @Test(arguments: [true, false])
    func `gradients are those of one run`(inputHasHistory: Bool) throws {
        let plain = try gradients({ try $1($0) }, inputHasHistory: inputHasHistory)
        let saved = try gradients(
            { try $0.checkpointed($1) }, inputHasHistory: inputHasHistory)
        #expect(plain == saved && plain.count == (inputHasHistory ? 2 : 1))
    }

    @Test func `an error of the first run comes out as it is`() throws {
        let x = try leaf([1], [1])
        #expect(throws: Refused.self) { try x.checkpointed { _ in throw Refused() } }
    }

    @Test func `an error of the second run ends the backward pass`() throws {
        let x = try leaf([1], [1])
        var runs = 0
        let y = try x.checkpointed { x in
            runs += 1
            if runs == 2 { throw Refused() }
            return try x * 3.0
        }
        #expect(throws: TorchError.self) { try y.backward() }
        #expect(runs == 2)
    }

    @Test func `nothing is run twice without gradients`() throws {
        var runs = 0
        _ = try withoutGradients {
            try leaf([1], [1]).checkpointed { x in
                runs += 1
                return x
            }
        }
        #expect(runs == 1)
    }
}

/// PyTorch's autocast on a processor: what it lowers and what it leaves.
@Suite struct AutocastTests {
    @Test(arguments: [ElementType.bfloat16, .float16])
    func `matrix products are lowered, others are not, and it ends`(type: ElementType) throws {
        let x = try Tensor([Float](arrayLiteral: 1.001, 2.003, -0.7, 0.25), [2, 2])
        let lowered = try withAutocast(type) { try x.linear(x) }
        #expect(lowered.type == type)
        let low = try x.converted(to: type)
        #expect(try lowered.array() as [Float] == low.linear(low).array())
        #expect(try withAutocast(type) { try x.exp() }.type == .float32)
        #expect(try withAutocast(type) { try (x + x) }.type == .float32)
        #expect(try x.linear(x).type == .float32)
    }

    @Test func `a second run for gradients computes as the first did`() throws {
        var types: [ElementType?] = []
        let x = try Tensor([Float](arrayLiteral: 1, 2), [1, 2])
        try x.setRequiresGradient()
        let y = try withAutocast(.bfloat16) {
            try x.checkpointed { x in
                let y = try x.linear(x)
                types.append(y.type)
                return y
            }
        }
        try y.sum().backward()
        #expect(types == [.bfloat16, .bfloat16])
    }

    @Test func `an error comes out, and autocast ends`() throws {
        let x = try Tensor([Float](arrayLiteral: 1, 2), [1, 2])
        #expect(throws: TorchError.self) {
            try withAutocast(.bfloat16) { try x.linear(Tensor([Float(1)], [1, 1])) }
        }
        #expect(try x.linear(x).type == .float32)
    }
}
