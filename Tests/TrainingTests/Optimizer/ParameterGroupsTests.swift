import CambiumEncoders
import CambiumLayers
import CambiumTraining
import Testing

@Suite struct ParameterGroupsTests {
    static let names: [String] = {
        let model = try? ImageTextModel(ImageTextConfiguration(), from: ShapeSource())
        return model?.parameters.entries.map(\.name) ?? []
    }()

    private func rules() -> ParameterRules {
        var rules = ParameterRules()
        rules.weightDecay = 0.4
        rules.decayPatterns = [
            (#"\.bias$"#, 0), ("logit_scale", 0), ("positional_embedding", 0),
            ("token_embedding", 0),
        ]
        return rules
    }

    @Test func `MedImageInsight's decay rule gives 419 tensors without and 182 with`() throws {
        let groups = try ParameterGroups(rules(), names: Self.names)
        let without = groups.groups.first { $0.weightDecay == 0 }?.names ?? []
        let with = groups.groups.first { $0.weightDecay == 0.4 }?.names ?? []
        #expect(without.count == 419 && with.count == 182 && groups.frozen.isEmpty)
        #expect(with.contains("lang_encoder.resblocks.0.attn.in_proj_bias"))
    }

    @Test func `frozen parameters are in no group`() throws {
        var rules = rules()
        rules.freezePatterns = ["^image_encoder\\."]
        let groups = try ParameterGroups(rules, names: Self.names)
        #expect(groups.frozen.count == 402)
        #expect(groups.groups.reduce(0) { $0 + $1.names.count } == 199)
    }

    @Test func `layer decay gives the factors of timm's DaViT and of BEiT`() throws {
        var rules = rules()
        rules.layerDecay = 0.75
        let groups = try ParameterGroups(rules, names: Self.names)
        var scales: [String: Double] = [:]
        for group in groups.groups {
            for name in group.names { scales[name] = group.rateScale }
        }
        #expect(scales.count == 601)
        func power(_ prefix: String) -> Set<Int> {
            let found = scales.filter { $0.key.hasPrefix(prefix) }.map { scale -> Int in
                (0...20).first { abs(scale.value - Self.power($0)) < 1e-12 } ?? -1
            }
            return Set(found)
        }
        // 1 + 1 + 9 + 1 blocks; as in timm's davit_tiny, whose 6 blocks give 0.75 ^ 7 at the stem.
        let image = [
            "convs.0": 13, "blocks.0.0": 12, "convs.1": 11, "blocks.1.0": 11, "convs.2": 10,
            "blocks.2.0": 10, "blocks.2.1": 9, "blocks.2.8": 2, "convs.3": 1, "blocks.3.0": 1,
            "norms": 0,
        ]
        for (name, layers) in image {
            #expect(power("image_encoder.\(name).") == [layers], "\(name)")
        }
        let text = [
            "token_embedding": 17, "positional_embedding": 17, "resblocks.0.": 16,
            "resblocks.15.": 1, "ln_final": 0,
        ]
        for (name, layers) in text { #expect(power("lang_encoder.\(name)") == [layers], "\(name)") }
        for name in ["image_projection", "lang_projection", "logit_scale"] {
            let found = scales.filter { $0.key.contains(name) }
            #expect(found.count == 1 && found.values.allSatisfy { $0 == 1 }, "\(name)")
        }
    }

    private static func power(_ layers: Int) -> Double {
        (0..<layers).reduce(1.0) { scale, _ in scale * 0.75 }
    }

    @Test func `a pattern's factor multiplies the layer's`() throws {
        var rules = rules()
        rules.layerDecay = 0.5
        rules.rateScalePatterns = [("resblocks\\.15\\.", 0.1)]
        let groups = try ParameterGroups(rules, names: Self.names)
        let name = "lang_encoder.resblocks.15.attn.in_proj_weight"
        let group = try #require(groups.groups.first { $0.names.contains(name) })
        #expect(abs(group.rateScale - 0.05) < 1e-15)
    }

    @Test func `SigLIP's bias never decays`() throws {
        let groups = try ParameterGroups(ParameterRules(), names: ["a.proj.weight", "logit_bias"])
        #expect(groups.groups.map(\.weightDecay) == [0.2, 0])
    }

    @Test(arguments: ["^convs\\.", "("])
    func `a pattern that matches nothing or is none is an error`(pattern: String) {
        var rules = rules()
        rules.freezePatterns = [pattern]
        #expect {
            try ParameterGroups(rules, names: Self.names)
        } throws: {
            "\($0)".contains("FREEZE_PATTERNS") && "\($0)".contains(pattern)
        }
    }
}
