import CambiumEncoders
import CambiumFiles
import CambiumLayers
import CambiumTorch
import Foundation
import Testing

/// A small model as another library saves it and what that library computes, from
/// `Fixtures/foreign_weights.json`, made by `Fixtures/make_foreign_weights.py`.
struct ForeignWeights: Decodable, Sendable, CustomTestStringConvertible {
    struct File: Decodable, Sendable {
        let cases: [ForeignWeights]
        let ids: [[Int]]
    }

    let name: String
    let family: String
    let shapes: [String: [Int]]
    let norms: Set<String>
    let outside: Set<String>
    let output: [Double]
    var testDescription: String { name }

    static let file: File? = try? JSONDecoder().decode(
        File.self, from: Data(contentsOf: URL(filePath: fixture("foreign_weights.json"))))
    static let all = file?.cases ?? []

    /// The file with the closed-form weights, as safetensors.
    func write(to path: String, changing change: (inout [String: Tensor]) throws -> Void = { _ in })
        throws
    {
        let names = shapes.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        var tensors: [String: Tensor] = [:]
        for (t, name) in names.enumerated() {
            let shape = shapes[name] ?? []
            let values = (0..<shape.reduce(1, *)).map { e in
                (norms.contains(name) ? 1 : 0)
                    + 0.1 * sin(0.7 * Double(e) + 1.3 * Double(t) + 0.1)
            }
            tensors[name] = try Tensor(values, shape)
        }
        try change(&tensors)
        try SafeTensors.write(tensors.map { ($0.key, $0.value) }, to: path)
    }
}

@Suite struct ForeignWeightsTests {
    let path = NSTemporaryDirectory() + "cambium-" + UUID().uuidString + ".bin"

    static var configuration: ImageTextConfiguration {
        var configuration = ImageTextConfiguration()
        configuration.image = GoldenModelTests.smallImage
        configuration.text.contextLength = 12
        configuration.text.vocabulary = 50
        configuration.text.width = 32
        configuration.text.layers = 3
        configuration.text.heads = 4
        configuration.projection = 24
        return configuration
    }

    private func start(
        _ example: ForeignWeights
    ) throws -> (model: ImageTextModel, notes: [String]) {
        try example.write(to: path)
        return try ImageTextModel.start(
            Self.configuration, from: [StateDictionary(path)], rest: RandomSource(seed: 1))
    }

    @Test func `the fixture is there`() { #expect(ForeignWeights.all.count == 5) }

    @Test(arguments: ForeignWeights.all)
    func `a family is known by its names and mapped without rest`(example: ForeignWeights) throws {
        #expect(WeightNames.recognize(example.shapes.keys)?.rawValue == example.family)
        let model = try ImageTextModel(Self.configuration, from: ShapeSource())
        let names = model.parameters.entries.map(\.name)
        let mapping = try WeightNames.mapping(for: names, in: example.shapes.keys, path: "f")
        #expect(Set(mapping.leftOut) == example.outside)
        #expect(mapping.names.count == example.shapes.count - example.outside.count)
        #expect(mapping.names.count + mapping.absent.count == names.count)
        for (parameter, tensor) in model.parameters.entries {
            guard let name = mapping.names[parameter] else { continue }
            #expect(example.shapes[name] == tensor.shape, "\(parameter) from \(name)")
        }
    }

    @Test(arguments: ForeignWeights.all.filter { $0.family != "openCLIPText" })
    func `an image tower computes what its own library computes`(example: ForeignWeights) throws {
        defer { try? FileSystem.remove(path) }
        let (model, notes) = try start(example)
        let pixels = (0..<2 * 3 * 100 * 84).map { Float(sin(0.013 * Double($0))) }
        let images = try Tensor(pixels, [2, 3, 100, 84])
        let values = try withoutGradients {
            try model.imageEncoder(images).array(of: Double.self)
        }
        #expect(values.count == example.output.count)
        for (value, expected) in zip(values, example.output) {
            #expect(abs(value - expected) < 2e-5)
        }
        let drawn = try #require(notes.last)
        #expect(drawn.hasPrefix("drawn anew") && drawn.contains("lang_encoder.* (40)"))
        #expect(drawn.contains("image_encoder.norms.bias") == (example.family != "timm"))
        #expect(notes.contains { $0.contains("left out") } == !example.outside.isEmpty)
    }

    @Test func `open_clip's text tower computes the same when it reads both ways`() throws {
        defer { try? FileSystem.remove(path) }
        let example = try #require(ForeignWeights.all.first { $0.family == "openCLIPText" })
        let (model, notes) = try start(example)
        let ids = try #require(ForeignWeights.file?.ids.flatMap { $0 })
        let mask = [Int](repeating: 1, count: 24)
        let batch = TokenBatch(ids: ids, mask: mask, contextLength: 12)
        let values = try withoutGradients {
            try model.textEncoder(batch).array(of: Double.self)
        }
        #expect(values.count == example.output.count)
        for (value, expected) in zip(values, example.output) {
            #expect(abs(value - expected) < 2e-5)
        }
        #expect(notes.contains { $0.contains("look left only") })
        #expect(try #require(notes.last).contains("image_encoder.* (178)"))
    }

    @Test func `image tower and text tower can come from two files`() throws {
        let other = path + "2"
        defer {
            try? FileSystem.remove(path)
            try? FileSystem.remove(other)
        }
        try ForeignWeights.all[0].write(to: path)
        try #require(ForeignWeights.all.last).write(to: other)
        let files = try [StateDictionary(path), StateDictionary(other)]
        let (_, notes) = try ImageTextModel.start(
            Self.configuration, from: files, rest: RandomSource(seed: 1))
        let drawn = "image_projection, lang_projection, logit_scale"
        #expect(notes.last == "drawn anew, in no file: \(drawn)")
        let twice = #expect(throws: EncoderError.self) {
            _ = try ImageTextModel.start(
                Self.configuration, from: [files[0], files[0]], rest: RandomSource(seed: 1))
        }
        #expect("\(try #require(twice))".contains("and so does"))
    }

    @Test func `what the family should have and has not is named`() throws {
        defer { try? FileSystem.remove(path) }
        try ForeignWeights.all[0].write(to: path) { tensors in
            tensors["stem.conv.bias"] = nil
            tensors["stages.4.blocks.0.spatial_block.norm1.weight"] = try Tensor(Float(1))
            tensors["stem.norm.bias"] = try Tensor(Float(1))
        }
        let error = #expect(throws: TorchError.self) {
            _ = try ImageTextModel.start(
                Self.configuration, from: [StateDictionary(path)], rest: RandomSource(seed: 1))
        }
        let text = "\(try #require(error))"
        #expect(text.contains("image_encoder.convs.0.proj.bias is missing"))
        #expect(text.contains("stages.4.blocks.0.spatial_block.norm1.weight is unexpected"))
        #expect(text.contains("image_encoder.convs.0.norm.bias is float32 []"))
    }

    @Test func `part of a model is not taken for the whole`() throws {
        defer { try? FileSystem.remove(path) }
        try ForeignWeights.all[0].write(to: path)
        let error = #expect(throws: EncoderError.self) {
            _ = try ImageTextModel.load(Self.configuration, from: StateDictionary(path))
        }
        #expect("\(try #require(error))".contains("a part of the model only"))
    }
}
