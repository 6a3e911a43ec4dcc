import CambiumLayers
import CambiumTorch
import Testing

/// Parameters of fixed small values: element e is (e % 7 - 3) / 4, norms' weights 1.
final class PatternSource: ParameterSource {
    func parameter(
        _ name: String, _ shape: [Int], _ initialization: Initialization
    ) throws -> Tensor {
        if initialization == .ones { return try .full(shape, 1, type: .float64) }
        return try Tensor((0..<shape.reduce(1, *)).map { Double($0 % 7 - 3) / 4 }, shape)
    }
}

@Suite struct LayerTests {
    let book = ParameterBook(PatternSource())

    @Test func `names join with dots in the order of construction`() throws {
        let scope = book.scope.at("blocks").at(2).at("ffn")
        _ = try Linear(3, 2, in: scope.at("fc1"))
        _ = try LayerNorm(4, in: scope.at("norm"))
        #expect(
            book.entries.map(\.name) == [
                "blocks.2.ffn.fc1.weight", "blocks.2.ffn.fc1.bias", "blocks.2.ffn.norm.weight",
                "blocks.2.ffn.norm.bias",
            ])
        #expect(book.count == 6 + 2 + 8)
    }

    @Test func `a linear layer multiplies by the transposed weight and adds the bias`() throws {
        let layer = try Linear(3, 2, in: book.scope)
        let y = try layer(Tensor([1.0, 2, 3], [1, 3])).array(of: Double.self)
        // Rows of the weight: (-3, -2, -1) / 4 and (0, 1, 2) / 4; bias (-3, -2) / 4.
        #expect(y == [-10.0 / 4 - 0.75, 8.0 / 4 - 0.5])
    }

    @Test func `a layer norm gives mean zero and variance one`() throws {
        let layer = try LayerNorm(4, epsilon: 0, in: book.scope)
        let bias = [-0.75, -0.5, -0.25, 0]
        let y = try layer(Tensor([1.0, 2, 3, 6], [1, 4])).array(of: Double.self)
        let plain = zip(y, bias).map { $0 - $1 }
        #expect(abs(plain.reduce(0, +)) < 1e-12)
        #expect(abs(plain.reduce(0) { $0 + $1 * $1 } - 4) < 1e-12)
    }

    @Test func `in half precision the statistics are taken in single`() throws {
        let layer = try LayerNorm(4, epsilon: 1e-12, in: book.scope)
        // 300² does not fit half precision's sums.
        let x = try Tensor([300.0, -300, 301, -301], [1, 4]).converted(to: .float16)
        let y = try layer(x).array(of: Double.self)
        let plain = zip(y, [-0.75, -0.5, -0.25, 0]).map { $0 - $1 }
        for (value, sign) in zip(plain, [1.0, -1, 1, -1]) { #expect(abs(value - sign) < 0.01) }
    }

    @Test func `a depth-wise convolution keeps channels apart`() throws {
        let layer = try DepthwiseConv(2, in: book.scope)
        var map = [Double](repeating: 0, count: 3 * 3 * 2)
        map[(1 * 3 + 1) * 2] = 1  // Channel 0, centre.
        let y = try layer(Tensor(map, [1, 3, 3, 2])).array(of: Double.self)
        let bias = [-0.75, -0.5]
        for position in 0..<9 {
            #expect(abs(y[position * 2 + 1] - bias[1]) < 1e-12)
            // A kernel seen through an impulse comes out turned by half a circle.
            let kernel = Double((8 - position) % 7 - 3) / 4
            #expect(abs(y[position * 2] - bias[0] - kernel) < 1e-12)
        }
    }
}

@Suite struct DropPathTests {
    final class Sequence: UniformSource {
        var values: [Double]
        init(_ values: [Double]) { self.values = values }
        func uniforms(_ count: Int) -> [Double] { (0..<count).map { _ in values.removeFirst() } }
        func copy() -> any UniformSource { Sequence(values) }
    }

    @Test func `evaluation and a rate of zero leave the branch alone`() throws {
        let x = try Tensor([Float](arrayLiteral: 1, 2), [2, 1])
        #expect(try DropPath(0.5)(x, .evaluation).array() == [1, 2])
        #expect(try DropPath(0)(x, .training(Sequence([]))).array() == [1, 2])
    }

    @Test func `whole samples are dropped and the others made larger`() throws {
        let x = try Tensor([Float](arrayLiteral: 1, 2, 3, 4), [2, 2])
        let y = try DropPath(0.2)(x, .training(Sequence([0.79, 0.81]))).array() as [Float]
        #expect(y == [1.25, 2.5, 0, 0])
    }
}
