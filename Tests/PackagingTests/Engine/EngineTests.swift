import CambiumAdapters
import CambiumCorpus
import CambiumEncoders
import CambiumEvaluation
import CambiumFiles
import CambiumImaging
import CambiumPackaging
import CambiumTorch
import Testing

@Suite struct EngineTests {
    let shop: Workshop

    init() throws { shop = try Workshop() }

    /// Embeddings as `cambium embed` computes them.
    private func embeddings() throws -> [Float] {
        let paths = shop.images.map { "\(shop.release)/images/\($0)" }
        return try Embedder(shop.model().load(), shop.model().preprocessing)
            .embed(ImageFiles(paths: paths))
    }

    private func predictions(_ path: String) throws -> [[Prediction]] {
        let engine = try Engine(ModelBundle(path))
        return try engine.predict(shop.images.map { try engine.prepare(shop.bytes($0)) })
    }

    /// Checks predictions against scores in the order of the classes.
    private func check(_ predictions: [[Prediction]], _ scores: [Double]) {
        let count = shop.labels.count
        #expect(predictions.count * count == scores.count)
        for (image, classes) in predictions.enumerated() {
            #expect(Set(classes.map(\.label.id)).count == count)
            for (higher, lower) in zip(classes, classes.dropFirst()) {
                #expect(higher.score >= lower.score)
            }
            for prediction in classes {
                let score = scores[image * count + prediction.label.id - 1]
                #expect(abs(prediction.score - score) < 1e-6)
            }
            #expect(abs(classes.reduce(0) { $0 + $1.score } - 1) < 1e-12)
        }
    }

    @Test func `an adapter bundle predicts what the head gives for the same embeddings`() throws {
        let adapter = try shop.adapter()
        let scores = try AdapterFolder(adapter).head.probabilities(embeddings())
        check(try predictions(shop.bundle(adapter: adapter)), scores)
    }

    @Test func `a zero-shot bundle predicts what the zero-shot evaluation gives`() throws {
        let (folder, images) = (try shop.model(), try embeddings())
        let model = try folder.load()
        let texts = shop.labels.texts.map { "a scan of \($0)." }
        let scores = try ZeroShot.scores(
            images: images,
            texts: Embedder(model, folder.preprocessing).embed(
                texts: texts, folder.tokenizer()),
            dimension: 24, logitScale: model.logitScale.item())
        check(try predictions(shop.bundle(template: "a scan of {}.")), scores)
    }

    @Test func `images alone and together give the same probabilities`() throws {
        let engine = try Engine(ModelBundle(shop.bundle(adapter: shop.adapter())))
        let prepared = try shop.images.map { try engine.prepare(shop.bytes($0)) }
        for (image, together) in zip(prepared, try engine.predict(prepared)) {
            let alone = try #require(try engine.predict([image]).first)
            #expect(alone.map(\.label) == together.map(\.label))
            for (a, b) in zip(alone, together) { #expect(abs(a.score - b.score) < 1e-6) }
        }
        #expect(try engine.predict([]).isEmpty)
    }

    @Test func `no images are no error without an adapter either`() throws {
        #expect(try Engine(ModelBundle(shop.bundle())).predict([]).isEmpty)
    }

    @Test func `bytes that are no picture are an error of their own`() throws {
        let engine = try Engine(ModelBundle(shop.bundle()))
        #expect(throws: ImageError.self) { try engine.prepare(Array("no picture".utf8)) }
        #expect(throws: ImageError.self) {
            try engine.prepare(Array(shop.bytes("photo.jpg").prefix(2000)))
        }
    }

    @Test func `weights that give no numbers are refused`() throws {
        let adapter = try shop.adapter()
        let named = try AdapterFolder(adapter).head.named.map { name, tensor in
            (
                name: name,
                tensor: try Tensor([Float](repeating: .nan, count: tensor.count), tensor.shape)
            )
        }
        try SafeTensors.write(named, to: "\(adapter)/adapter.safetensors")
        #expect {
            try shop.bundle(adapter: adapter)
        } throws: {
            "\($0)".contains("with \(adapter): its weights give no finite numbers")
        }
        #expect(try FileSystem.names(in: shop.path) == ["adapter"])
    }
}
