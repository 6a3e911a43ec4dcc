import CambiumEncoders
import CambiumFiles
import CambiumLayers
import CambiumTorch
import Testing

/// Names of the libraries' own state dictionaries (make_weight_names.py).
@Suite struct WeightFamilyNamesTests {
    private static func model() throws -> [String: [Int]] {
        var configuration = ImageTextConfiguration()
        configuration.image = GoldenModelTests.smallImage
        configuration.text.contextLength = 12
        configuration.text.vocabulary = 50
        configuration.text.width = 32
        configuration.text.layers = 2
        configuration.text.heads = 4
        configuration.projection = 24
        let model = try ImageTextModel(configuration, from: ShapeSource())
        return Dictionary(
            uniqueKeysWithValues: model.parameters.entries.map { ($0.name, $0.tensor.shape) })
    }

    private func family(_ name: String) throws -> Golden {
        try Golden(file: "weight_names.json")["families"][name]
    }

    private func strings(_ golden: Golden, _ key: String) throws -> [String] {
        try golden.json[key]?.array?.map { try #require($0.string) } ?? []
    }

    private func rows(_ family: Golden) throws -> [(file: String, model: String, shape: [Int])] {
        try family["rows"].list.map {
            let row = try $0.list
            return (try row[0].text, try row[1].text, try row[2].integers)
        }
    }

    @Test(arguments: [
        ("medimageinsight", WeightFamily.medImageInsight), ("timm", .timm),
        ("florence_transformers", .florenceTransformers), ("florence_remote_code", .florence),
    ])
    func `every tensor of a family finds its place`(name: String, expected: WeightFamily) throws {
        let (family, model) = (try family(name), try Self.model())
        let (rows, aside) = (try rows(family), try strings(family, "left_aside"))
        let mapping = try WeightNames.mapping(
            for: model.keys, in: rows.map(\.file) + aside, path: name)
        #expect(mapping.family == expected)
        #expect(mapping.leftOut == aside.sorted())
        #expect(mapping.names.count == rows.count)
        for row in rows {
            #expect(mapping.names[row.model] == row.file)
            #expect(model[row.model] == row.shape, "\(row.file)")
        }
        #expect(Set(mapping.absent).isSuperset(of: try strings(family, "missing")))
        #expect(Set(mapping.names.keys).union(mapping.absent).isSuperset(of: model.keys))
    }

    @Test(arguments: ["open_clip_text", "open_clip_custom_text"])
    func `open_clip gives the text tower; its own space and scale stay aside`(name: String) throws {
        let (family, model) = (try family(name), try Self.model())
        let (rows, aside) = (try rows(family), try strings(family, "left_aside"))
        let mapping = try WeightNames.mapping(
            for: model.keys, in: rows.map(\.file) + aside, path: name)
        let tower = rows.filter { $0.model.hasPrefix("lang_encoder.") }
        #expect(mapping.family == .openCLIPText && mapping.names.count == tower.count)
        for row in tower { #expect(mapping.names[row.model] == row.file) }
        let rest = rows.map(\.file).filter { file in !tower.contains { $0.file == file } }
        #expect(mapping.leftOut == (rest + aside).sorted() && rest.count == 2)
        #expect(mapping.absent == model.keys.filter { !$0.hasPrefix("lang_encoder.") }.sorted())
    }

    @Test func `the original DaViT fits the shapes and is refused all the same`() throws {
        let names = try strings(family("timm_original"), "names")
        #expect(WeightNames.recognize(names) == .originalDaViT)
        #expect {
            try WeightNames.mapping(for: Self.model().keys, in: names, path: "x.safetensors")
        } throws: {
            "\($0)".hasPrefix("x.safetensors: ") && "\($0)".contains("channel attention")
        }
    }
}
