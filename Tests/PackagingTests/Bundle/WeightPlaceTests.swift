import CambiumAdapters
import CambiumCorpus
import CambiumEncoders
import CambiumFiles
import CambiumImaging
import CambiumPackaging
import CambiumTorch
import Testing

@Suite struct WeightPlaceTests {
    let shop: Workshop

    init() throws { shop = try Workshop() }

    private func bundle(_ precision: WeightPrecision?, _ name: String) throws -> String {
        var options = BundleOptions()
        options.precision = precision
        return try shop.bundle(
            adapter: shop.adapter(name: "\(name)-adapter"), options: options, to: name)
    }

    private func output(_ path: String) throws -> EngineOutput {
        let engine = try Engine(ModelBundle(path))
        return try engine.run(shop.images.map { try engine.prepare(shop.bytes($0)) })
    }

    @Test func `fewer bits make a smaller file and nearly the same embeddings`() throws {
        let whole = try bundle(.float32, "whole")
        let exact = try output(whole)
        let size = try FileSystem.size("\(whole)/model.safetensors")
        for (precision, share, least) in [
            (WeightPrecision.bfloat16, 0.6, 0.98), (.int8, 0.5, 0.9),
        ] {
            let path = try bundle(precision, precision.rawValue)
            let weights = try ModelBundle(path).manifest.weights
            #expect(weights.precision == precision)
            #expect(weights.origin == (try ModelBundle(whole).manifest.weights.origin))
            #expect(
                Double(try FileSystem.size("\(path)/model.safetensors")) < share * Double(size))
            let rounded = try output(path)
            for row in 0..<exact.rows {
                let cosine = zip(exact.embedding(row), rounded.embedding(row))
                    .reduce(0) { $0 + Double($1.0 * $1.1) }
                #expect(cosine > least, "\(precision): \(cosine)")
            }
        }
    }

    @Test func `int8 is what it says`() throws {
        let path = try bundle(.int8, "int8")
        let source = try StateDictionary(shop.model().weightsPath ?? "")
        let stored = try SafeTensors("\(path)/model.safetensors")
        let read = try StateDictionary("\(path)/model.safetensors")
        #expect(Set(read.entries.keys) == Set(source.entries.keys))
        let name = "image_projection"
        #expect(stored.entries[name]?.type == .int8)
        let shape = try #require(source.entries[name]?.shape)
        #expect(stored.entries["\(name).int8_scale"]?.shape == [1, shape[1]])
        let (exact, near) = (
            try source.tensor(name).array() as [Float], try read.tensor(name).array() as [Float]
        )
        let scales = try stored.floats("\(name).int8_scale")
        for index in exact.indices {
            #expect(abs(exact[index] - near[index]) <= scales[index % shape[1]] * 0.5001)
        }
        #expect(stored.entries.contains { $0.value.type == .float32 && $0.value.shape.count == 4 })
        #expect(read.entries["logit_scale"]?.type == .float32)
    }

    @Test func `weights that stay where they are must stay what they are`() throws {
        let (model, weights) = ("\(shop.path)/model", "\(shop.path)/model/model.safetensors")
        let folder = try shop.model()
        try ModelFolder.write(
            folder.load().named, folder.configuration, tokenizer: folder.tokenizerLocation(),
            to: model)
        var options = BundleOptions()
        options.precision = nil
        let path = "\(shop.path)/reference"
        try BundleWriter(
            ModelFolder(model), labels: shop.labels, adapter: nil, template: "{}", options: options
        ).write(to: path)
        #expect(FileSystem.kind("\(path)/model.safetensors") == nil)
        let bundle = try ModelBundle(path)
        #expect(bundle.manifest.weights.reference?.path == weights)
        let whole = try output(shop.bundle(to: "whole"))
        #expect(try output(path).probabilities == whole.probabilities)

        let moved = "\(shop.path)/moved.safetensors"
        try FileSystem.rename(weights, to: moved)
        expectRefused(path, "refers to weights that are not at \(weights)", "CAMBIUM_WEIGHTS")
        _ = try ModelBundle(path, weights: moved)
        var bytes = try FileSystem.read(moved)
        bytes[bytes.count / 2] ^= 1
        try FileSystem.write(bytes, to: weights)
        expectRefused(path, "\(weights): is not the file that")
    }

    @Test func `matrices and scales that do not fit are refused`() throws {
        let path = "\(shop.path)/weights.safetensors"
        let metadata = ["cambium_precision": "int8, symmetric, a scale each output channel"]
        let matrix = try [UInt8](repeating: 1, count: 6).withUnsafeBytes {
            try Tensor(bytes: $0, type: .int8, shape: [2, 3])
        }
        for shape in [[2], [3, 1], [1, 2]] {
            let scales = try Tensor([Float](repeating: 1, count: shape.reduce(1, *)), shape)
            try SafeTensors.write(
                [("a", matrix), ("a.int8_scale", scales)], metadata: metadata, to: path)
            #expect(throws: TorchError.self) { try StateDictionary(path) }
        }
        let scales = try Tensor([Float(2), 3, 4], [1, 3])
        try SafeTensors.write(
            [("a", matrix), ("a.int8_scale", scales)], metadata: metadata, to: path)
        #expect(try StateDictionary(path).tensor("a").array() == [Float(2), 3, 4, 2, 3, 4])
        try SafeTensors.write([("b.int8_scale", scales)], metadata: metadata, to: path)
        #expect(throws: TorchError.self) { try StateDictionary(path) }
        let wild = try Tensor([Float.nan, 1], [1, 2])
        #expect(throws: TorchError.self) {
            try SafeTensors.write([("a", wild)], in: .int8, channels: { _, _ in 0 }, to: path)
        }
    }
}
