import CambiumCorpus
import CambiumEncoders
import CambiumFiles
import CambiumImaging
import CambiumLayers
import CambiumTestFolders
import CambiumTorch
import Foundation
import Testing

/// A file beside the tests.
func fixture(_ name: String) -> String { Repository.fixture("EncodersTests", name) }

/// The float32 numbers of a `.npy` file of version 1.
func floats(_ path: String) throws -> [Float] {
    let bytes = try FileSystem.read(path)
    let start = 10 + Int(bytes[8]) + Int(bytes[9]) << 8
    return bytes[start...].withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
}

func distance(_ a: [Float], _ b: [Float]) -> Double {
    let square = zip(a, b).reduce(0) { $0 + pow(Double($1.0 - $1.1), 2) }
    return (square / b.reduce(0) { $0 + pow(Double($1), 2) }).squareRoot()
}

@Suite struct ModelFolderTests {
    let folder = fixture("mi2-mini")

    @Test func `a release folder in small gives Microsoft's image embeddings`() throws {
        let model = try ModelFolder(folder)
        let loaded = try model.load()
        let transform = try ImageTransform(
            width: model.preprocessing.width, height: model.preprocessing.height,
            mean: model.preprocessing.mean.map(Float.init),
            std: model.preprocessing.deviation.map(Float.init))
        let names = try #require(try JSON(file: "\(folder)/case.json")["images"]?.array)
        let reference = try floats("\(folder)/image_features.npy")
        for (row, name) in names.compactMap(\.string).enumerated() {
            let bytes = try FileSystem.read("\(folder)/images/\(name)")
            let pixels = transform.evaluation(try ImageDecoder.decode(bytes).image)
            let images = try Tensor(pixels, [1, 3, 96, 96])
            let values = try withoutGradients {
                try loaded.embed(images: images).array() as [Float]
            }
            let error = distance(values, Array(reference[row * 24..<(row + 1) * 24]))
            #expect(error < 2e-5, "\(name): \(error)")
        }
    }

    @Test func `a release folder in small gives Microsoft's text embeddings`() throws {
        let model = try ModelFolder(folder)
        let loaded = try model.load()
        let texts = try FileSystem.readText("\(folder)/texts.txt").split(separator: "\n")
        let batch = try model.tokenizer().batch(texts.map(String.init))
        let values = try withoutGradients { try loaded.embed(texts: batch).array() as [Float] }
        let reference = try floats("\(folder)/text_features.npy")
        #expect(values.count == reference.count)
        for row in texts.indices {
            let range = row * 24..<(row + 1) * 24
            #expect(distance(Array(values[range]), Array(reference[range])) < 2e-5)
        }
    }

    @Test func `what is saved loads again, strictly, with the same numbers`() throws {
        let place = NSTemporaryDirectory() + "cambium-" + UUID().uuidString
        defer { try? FileSystem.remove(place) }
        let source = try ModelFolder(folder)
        let model = try source.load()
        try ModelFolder.write(
            model.parameters.entries, source.configuration,
            tokenizer: source.tokenizerLocation(), to: place)
        let again = try ModelFolder(place)
        #expect(again.configuration == source.configuration)
        for (a, b) in zip(try again.load().parameters.entries, model.parameters.entries) {
            #expect(try a.name == b.name && a.tensor.bytes() == b.tensor.bytes())
        }
        #expect(
            try FileSystem.names(in: place) == ["config.yaml", "model.safetensors", "tokenizer"])
        // CLIP's own file has become the folder that MedImageInsight's Python code opens.
        #expect(try FileSystem.names(in: "\(place)/tokenizer").contains("vocab.json"))
        #expect(try again.tokenizer().encode("CT") == source.tokenizer().encode("CT"))
    }

    @Test func `missing, unexpected and mis-shaped tensors are all named`() throws {
        let place = NSTemporaryDirectory() + "cambium-" + UUID().uuidString
        defer { try? FileSystem.remove(place) }
        let source = try ModelFolder(folder)
        var entries = try source.load().parameters.entries
        entries.removeAll { $0.name == "logit_scale" }
        entries.append(("extra", try Tensor(Float(1))))
        entries = try entries.map {
            $0.name == "lang_projection" ? ($0.name, try $0.tensor.reshaped(-1)) : $0
        }
        try ModelFolder.write(
            entries, source.configuration, tokenizer: source.tokenizerLocation(), to: place)
        let error = #expect(throws: TorchError.self) { _ = try ModelFolder(place).load() }
        let text = "\(try #require(error))"
        #expect(text.contains("logit_scale is missing") && text.contains("extra is unexpected"))
        #expect(text.contains("lang_projection is float32 [768], the model needs float [32, 24]"))
        #expect(!text.contains("\n"))
    }

    @Test func `folders that are no model are refused`() throws {
        #expect(throws: FileError.self) { try ModelFolder("/no/such/folder") }
        #expect(throws: EncoderError.self) { try ModelFolder(fixture("mi2-mini/images")) }
    }

    @Test func `a place for a tokenizer without one is no leave to take CLIP's`() throws {
        let source = try ModelFolder(folder)
        let vocabulary = try TokenizerPlace.clip(environment: [:])
        for place in ["tokenizer", "language_model", "language_model/clip"] {
            let scratch = try TemporaryFolder()
            try FileSystem.write(
                FileSystem.read("\(source.path)/config.yaml"), to: "\(scratch.path)/config.yaml")
            let bare = try ModelFolder(scratch.path)
            #expect(try bare.tokenizerLocation() == vocabulary)
            try scratch.write("{}", to: "\(place)/tokenizer_config.json")
            #expect {
                _ = try ModelFolder(scratch.path).tokenizer()
            } throws: {
                "\($0)".contains("\(scratch.path)/\(place): holds no tokenizer")
            }
        }
        let scratch = try TemporaryFolder()
        try FileSystem.write(
            FileSystem.read("\(source.path)/config.yaml"), to: "\(scratch.path)/config.yaml")
        try FileSystem.link("\(scratch.path)/tokenizer", to: "nowhere")
        #expect(throws: EncoderError.self) { try ModelFolder(scratch.path).tokenizer() }
    }

    @Test func `a tokenizer with more tokens than the model has rows is refused`() throws {
        var text = TextConfiguration()
        let place = try ModelFolder(folder).tokenizerLocation()
        #expect(try place.open(for: text).vocabularySize == text.vocabulary)
        text.vocabulary -= 1
        #expect {
            _ = try place.open(for: text)
        } throws: {
            "\($0)".contains("has 49408 tokens, but the model has rows for 49407")
        }
    }
}
