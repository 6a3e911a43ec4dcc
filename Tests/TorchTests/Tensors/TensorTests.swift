import CambiumTorch
import Testing

@Suite struct TensorTests {
    @Test func `arrays go in and come out in row-major order`() throws {
        let values: [Float] = [1, 2, 3, 4, 5, 6]
        let tensor = try Tensor(values, [2, 3])
        #expect(tensor.shape == [2, 3] && tensor.type == .float32 && tensor.device == .cpu)
        #expect(try tensor.transposed(0, 1).array() == [1, 4, 2, 5, 3, 6])
        #expect(try tensor.array(of: Double.self) == [1, 2, 3, 4, 5, 6])
        #expect(try tensor.array(of: Int.self) == [1, 2, 3, 4, 5, 6])
    }

    @Test func `a shape that does not hold the values is refused`() {
        #expect(throws: TorchError.self) { try Tensor([Float](repeating: 0, count: 5), [2, 3]) }
    }

    @Test func `an operator's error names it and the shapes`() throws {
        let a = try Tensor([Float](repeating: 0, count: 6), [2, 3])
        let error = #expect(throws: TorchError.self) { try a.matmul(a) }
        let text = "\(try #require(error))"
        #expect(text.contains("matmul") && text.contains("float32 [2, 3]"))
    }

    @Test func `an unknown operator is an error at its call`() throws {
        let a = try Tensor(Float(1))
        #expect(throws: TorchError.self) { try Operator("no_such_operator")(.tensor(a)) }
        #expect(throws: TorchError.self) { try Operator("exp")(.tensor(a), .real(1), .real(2)) }
    }

    @Test func `gradients flow through the one door`() throws {
        let weight = try Tensor([Double](arrayLiteral: 1, 2, 3, 4), [2, 2])
        try weight.setRequiresGradient()
        let x = try Tensor([Double](arrayLiteral: 1, -1), [1, 2])
        try x.matmul(weight).sum().backward()
        #expect(try weight.gradient()?.array(of: Double.self) == [1, 1, -1, -1])
        weight.clearGradient()
        #expect(try weight.gradient() == nil)
    }

    @Test func `nothing is recorded without gradients`() throws {
        let weight = try Tensor(Float(2))
        try weight.setRequiresGradient()
        let inside = try withoutGradients { () throws(TorchError) in try weight * weight }
        #expect(!inside.requiresGradient)
        #expect(try (weight * weight).requiresGradient)
    }

    @Test func `meta tensors have shapes and no memory`() throws {
        let big = try Tensor.zeros([1 << 20, 1 << 20], device: .meta)
        #expect(big.count == 1 << 40 && big.device == .meta)
    }

    @Test func `cuda is refused with a reason where there is none`() {
        if CUDA.count == 0 {
            #expect(throws: TorchError.self) { try Device(named: "cuda:7") }
        }
        #expect(throws: TorchError.self) { try Device(named: "tpu") }
    }
}
