import Encoders
import Layers
import Testing
import Training

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
