import CambiumEncoders
import CambiumFiles
import CambiumLayers
import CambiumTorch
import Foundation
import Testing

@Suite struct WeightNamesTests {
    let path = NSTemporaryDirectory() + "cambium-" + UUID().uuidString + ".pt"
    static let names: [String] = {
        let model = try? ImageTextModel(ForeignWeightsTests.configuration, from: ShapeSource())
        return model?.parameters.entries.map(\.name) ?? []
    }()

    /// What MedImageInsight's older names were, by the rules of its own loader.
    private static func older(_ name: String) -> String {
        let whole = [
            "image_projection": "vision_projection", "lang_projection": "text_projection",
        ]
        if let other = whole[name] { return other }
        if name.hasPrefix("lang_encoder.") { return "text." + name.dropFirst(13) }
        let rules = [
            ("image_encoder.", "visual."), ("convs.", "conv_embeds."), ("blocks.", "main_blocks."),
            ("spatial_block.conv1.fn.dw", "0.cpe.0.proj"),
            ("spatial_block.conv2.fn.dw", "0.cpe.1.proj"),
            ("spatial_block.window_attn.norm", "0.norm1"),
            ("spatial_block.window_attn.fn", "0.attn"), ("spatial_block.ffn.norm", "0.norm2"),
            ("spatial_block.ffn.fn.net", "0.mlp"), ("channel_block.conv1.fn.dw", "1.cpe.0.proj"),
            ("channel_block.conv2.fn.dw", "1.cpe.1.proj"),
            ("channel_block.channel_attn.norm", "1.norm1"),
            ("channel_block.channel_attn.fn", "1.attn"), ("channel_block.ffn.norm", "1.norm2"),
            ("channel_block.ffn.fn.net", "1.mlp"),
        ]
        return rules.reduce(name) { $0.replacingOccurrences(of: $1.0, with: $1.1) }
    }

    private static func florence(_ name: String) -> String {
        name.replacingOccurrences(of: "image_encoder.", with: "vision_tower.")
    }

    @Test(arguments: [
        (WeightFamily.medImageInsight, "", true), (.medImageInsight, "module.", true),
        (.medImageInsight, "module.model.", true), (.medImageInsightOlder, "module.", false),
        (.medImageInsightOlder, "", false),
    ])
    func `MedImageInsight's names, new and old, plain and wrapped`(
        family: WeightFamily, prefix: String, isNew: Bool
    ) throws {
        let file = Self.names.map { prefix + (isNew ? $0 : Self.older($0)) }
        #expect(Self.names.count == 221 && Set(file).count == 221)
        #expect(WeightNames.recognize(file) == family)
        let mapping = try WeightNames.mapping(for: Self.names, in: file, path: "f")
        #expect(mapping.names == Dictionary(uniqueKeysWithValues: zip(Self.names, file)))
        #expect(mapping.absent.isEmpty && mapping.leftOut.isEmpty)
    }

    @Test func `microsoft's Florence-2 gives the image tower but its final norm`() throws {
        let tower = Self.names.filter {
            $0.hasPrefix("image_encoder.") && !$0.hasPrefix("image_encoder.norms.")
        }
        let file = tower.map(Self.florence) + ["image_projection", "language_model.lm_head.weight"]
        #expect(WeightNames.recognize(file) == .florence)
        let mapping = try WeightNames.mapping(for: Self.names, in: file, path: "f")
        #expect(mapping.names.count == 176 && Set(mapping.names.keys) == Set(tower))
        #expect(mapping.leftOut == ["image_projection", "language_model.lm_head.weight"])
        #expect(mapping.absent.contains("image_encoder.norms.weight"))
        #expect(mapping.absent.contains("image_projection"))
    }

    @Test(arguments: [
        ["stem.conv.weight", "stages.0.blocks.0.0.cpe1.proj.weight"],
        ["patch_embeds.0.proj.weight", "main_blocks.0.0.0.cpe.0.proj.weight"],
    ])
    func `the original DaViT is refused though its shapes fit`(file: [String]) throws {
        #expect(WeightNames.recognize(file) == .originalDaViT)
        let error = #expect(throws: EncoderError.self) {
            _ = try WeightNames.mapping(for: Self.names, in: file, path: "f")
        }
        #expect("\(try #require(error))".contains("channel attention"))
    }

    @Test func `unknown names and two for one parameter are refused in one line`() throws {
        for file in [["a\nb", "c"], Self.names + ["module.logit_scale"], []] {
            let error = #expect(throws: EncoderError.self) {
                _ = try WeightNames.mapping(for: Self.names, in: file, path: "f")
            }
            let text = "\(try #require(error))"
            #expect(text.hasPrefix("f: ") && !text.contains("\n"))
        }
    }

    @Test func `old names load as well as new ones, and a lost tensor is named`() throws {
        defer { try? FileSystem.remove(path) }
        let configuration = ForeignWeightsTests.configuration
        let model = try ImageTextModel(configuration, from: RandomSource(seed: 3))
        var entries = model.parameters.entries.map { (name: Self.older($0.name), $0.tensor) }
        try SafeTensors.write(entries, to: path)
        let again = try ImageTextModel.load(configuration, from: StateDictionary(path))
        for (a, b) in zip(model.parameters.entries, again.parameters.entries) {
            #expect(try a.name == b.name && a.tensor.bytes() == b.tensor.bytes())
        }
        entries.removeAll { $0.name == "visual.main_blocks.2.1.1.mlp.fc1.bias" }
        try SafeTensors.write(entries, to: path)
        let error = #expect(throws: TorchError.self) {
            _ = try ImageTextModel.load(configuration, from: StateDictionary(path))
        }
        let lost = "image_encoder.blocks.2.1.channel_block.ffn.fn.net.fc1.bias is missing"
        #expect("\(try #require(error))".hasSuffix("does not fit the model: " + lost))
    }
}
