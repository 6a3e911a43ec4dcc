import CambiumFiles
import CambiumTraining
import Testing

@Suite struct LayerDecayTests {
    /// Towers of these depths, with each parameter's layers above it, counted from the top.
    private func towers(stages: [Int], texts: Int) -> [(name: String, above: Int)] {
        var parameters: [(name: String, above: Int)] = []
        var above = stages.reduce(0, +) + 1
        parameters.append(("image_encoder.convs.0.proj.weight", above))
        above -= 1
        for (stage, blocks) in stages.enumerated() {
            if stage > 0 { parameters.append(("image_encoder.convs.\(stage).proj.bias", above)) }
            for block in 0..<blocks {
                let name = "image_encoder.blocks.\(stage).\(block).channel_block.ffn.fn.net.fc1"
                parameters.append((name, above))
                above -= 1
            }
            parameters.append(("image_encoder.norms.\(stage).weight", 0))
        }
        parameters.append(("lang_encoder.token_embedding.weight", texts + 1))
        parameters.append(("lang_encoder.positional_embedding", texts + 1))
        for block in 0..<texts {
            parameters.append(("lang_encoder.resblocks.\(block).ln_1.weight", texts - block))
        }
        for name in ["lang_encoder.ln_final.bias", "image_projection", "lang_projection"] {
            parameters.append((name, 0))
        }
        return parameters + [("logit_scale", 0), ("logit_bias", 0)]
    }

    @Test(arguments: [
        ([1, 1, 1, 1], 1), ([1, 1, 9, 1], 16), ([2, 3, 12, 2], 12), ([3], 2), ([1, 1, 11, 1], 0),
    ])
    func `a factor is the decay for every layer above, in any order of names`(
        stages: [Int], texts: Int
    ) {
        var parameters = towers(stages: stages, texts: texts)
        var generator = SeededGenerator(seed: 1, UInt64(texts))
        for index in parameters.indices.reversed() {
            parameters.swapAt(index, generator.index(below: index + 1))
        }
        let decay = LayerDecay(0.5, names: parameters.map(\.name))
        for (name, above) in parameters {
            // Halves are exact.
            #expect(decay.scale(name) == 1 / Double(1 << above), "\(name)")
        }
    }

    @Test func `without decay every factor is 1`() {
        let names = towers(stages: [1, 2], texts: 3).map(\.name)
        let decay = LayerDecay(1, names: names)
        #expect(names.allSatisfy { decay.scale($0) == 1 })
    }
}
