import CambiumEncoders
import CambiumLayers
import CambiumTorch
import Foundation
import Testing

/// Parameters by closed form, so that parity needs no weight file: tensor t of the names in
/// ASCII order has elements 0.1 sin(0.7 e + 1.3 t + 0.1), norm weights 1 plus that.
final class ClosedFormSource: ParameterSource {
    let order: [String: Int]
    let type: ElementType

    init(names: [String], type: ElementType) {
        let sorted = names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        order = Dictionary(uniqueKeysWithValues: sorted.enumerated().map { ($1, $0) })
        self.type = type
    }

    func parameter(
        _ name: String, _ shape: [Int], _ initialization: Initialization
    ) throws -> Tensor {
        let t = Double(try #require(order[name]))
        let norm = initialization == .ones
        let values = (0..<shape.reduce(1, *)).map { e in
            (norm ? 1 : 0) + 0.1 * sin(0.7 * Double(e) + 1.3 * t + 0.1)
        }
        let tensor = try Tensor(values, shape).converted(to: type)
        try tensor.setRequiresGradient()
        return tensor
    }
}

/// A model built twice: once for its names, once with their closed-form values.
func closedForm<Model>(
    _ type: ElementType, _ build: (Scope) throws -> Model
) throws -> (model: Model, book: ParameterBook) {
    let shapes = ParameterBook(ShapeSource())
    _ = try build(shapes.scope)
    let source = ClosedFormSource(names: shapes.entries.map(\.name), type: type)
    let book = ParameterBook(source)
    return (try build(book.scope), book)
}

@Suite struct GoldenModelTests {
    static var smallImage: DaViTConfiguration {
        var configuration = DaViTConfiguration()
        configuration.widths = [16, 32, 48, 64]
        configuration.heads = [2, 4, 4, 8]
        configuration.groups = [2, 4, 4, 8]
        configuration.depths = [1, 1, 2, 1]
        return configuration
    }

    @Test(arguments: [(ElementType.float64, 1e-9), (.float32, 1e-5)])
    func `the image tower equals the golden model`(type: ElementType, tolerance: Double) throws {
        let (model, book) = try closedForm(type) { try DaViT(Self.smallImage, in: $0) }
        #expect(book.count == 302_288 && book.entries.count == 178)
        let pixels = (0..<2 * 3 * 100 * 84).map { sin(0.013 * Double($0)) }
        let images = try Tensor(pixels, [2, 3, 100, 84]).converted(to: type)
        let output = try model(images)
        let values = try output.array(of: Double.self)
        let expected = [
            -0.9265023214, 0.6033068524, -0.0767203806, 0.7337682416, 0.2653566320, -0.1003289102,
        ]
        let second = [
            -0.9264915222, 0.6032797511, -0.0766279589, 0.7337860414, 0.2654248912, -0.1003950353,
        ]
        // The printed figures end at the tenth digit.
        let slack = max(tolerance, 6e-11)
        for (value, reference) in zip(values, expected) { #expect(abs(value - reference) < slack) }
        for (value, reference) in zip(values[64...], second) {
            #expect(abs(value - reference) < slack)
        }
        #expect(abs(values.reduce(0, +) + 0.7302865412) < slack * 128)
    }

    @Test func `the text tower equals the golden model`() throws {
        var configuration = TextConfiguration()
        configuration.contextLength = 12
        configuration.vocabulary = 50
        configuration.width = 32
        configuration.layers = 3
        configuration.heads = 4
        let (model, book) = try closedForm(.float64) {
            try TextTransformer(configuration, in: $0)
        }
        #expect(book.entries.count == 40)
        let a = [48, 5, 6, 7] + [Int](repeating: 49, count: 8)
        let b = [48] + Array(1...10) + [49]
        let batch = TokenBatch(
            ids: a + b,
            mask: [1, 1, 1, 1, 1] + [Int](repeating: 0, count: 7) + [Int](repeating: 1, count: 12),
            contextLength: 12)
        let values = try model(batch).array(of: Double.self)
        let first = [
            -2.3679557734, 0.9347836140, 0.5837133454, 0.1995550721, -0.4048969969, 0.5870238898,
        ]
        let second = [
            -2.3728353180, 0.9584510095, 0.4840592020, 0.1660851309, -0.3654047415, 0.6240920284,
        ]
        for (value, reference) in zip(values, first) { #expect(abs(value - reference) < 1e-9) }
        for (value, reference) in zip(values[32...], second) {
            #expect(abs(value - reference) < 1e-9)
        }
        #expect(abs(values.reduce(0, +) + 0.8098077134) < 1e-8)
    }

    @Test func `the full model has the published parameter counts, without allocating it`() throws {
        let model = try ImageTextModel(ImageTextConfiguration(), from: ShapeSource())
        func count(_ prefix: String) -> Int {
            model.parameters.entries.filter { $0.name.hasPrefix(prefix) }
                .reduce(0) { $0 + $1.tensor.count }
        }
        #expect(count("image_encoder.") == 360_636_416)
        #expect(count("lang_encoder.") == 252_214_272)
        #expect(model.parameters.count == 360_636_416 + 252_214_272 + 3_145_729)
        #expect(model.parameters.entries.count == 601)
    }
}
