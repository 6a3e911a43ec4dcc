import CambiumEncoders
import CambiumFiles
import CambiumLayers
import CambiumTorch
import Testing

/// Against a tower of torch's own nn.MultiheadAttention (make_text_golden.py).
@Suite struct TextGoldenTests {
    private func tower(_ type: ElementType) throws -> (model: TextTransformer, book: ParameterBook)
    {
        var configuration = TextConfiguration()
        configuration.contextLength = 12
        configuration.vocabulary = 50
        configuration.width = 32
        configuration.layers = 3
        configuration.heads = 4
        return try closedForm(type) { try TextTransformer(configuration, in: $0) }
    }

    private func batch(_ golden: Golden) throws -> TokenBatch {
        TokenBatch(
            ids: try golden["ids"].list.flatMap { try $0.integers },
            mask: try golden["mask"].list.flatMap { try $0.integers }, contextLength: 12)
    }

    @Test(
        arguments: ["printed", "padded_with_zero", "ties", "mask_is_not_the_ids"],
        [(ElementType.float64, 1e-10), (.float32, 2e-5)])
    func `what is pooled equals the golden tower`(
        name: String, precision: (type: ElementType, tolerance: Double)
    ) throws {
        let golden = try Golden(file: "text_golden.json").named(name)
        let (model, _) = try tower(precision.type)
        let pooled = try withoutGradients { try model(batch(golden)) }
        try expect(pooled, rows: golden["pooled"], precision.tolerance, name)
    }

    @Test(arguments: ["printed", "padded_with_zero", "ties", "mask_is_not_the_ids"])
    func `gradients equal the golden tower's`(name: String) throws {
        let golden = try Golden(file: "text_golden.json").named(name)
        let (model, book) = try tower(.float64)
        let pooled = try model(batch(golden))
        try pooled.backward(cotangent(pooled.shape))
        let gradients = Dictionary(uniqueKeysWithValues: book.entries.map { ($0.name, $0.tensor) })
        for (parameter, digest) in try golden["gradients"].members {
            let gradient = try #require(try gradients[parameter]?.gradient())
            try expect(gradient, equals: digest, 1e-9, "\(name) \(parameter)")
        }
    }
}
