/// How a family names the parameters of a DaViT, and MedImageInsight's names for them.
///
/// All have patch embeddings (convolution and norm), then blocks by stage and number, each of a
/// spatial and a channel block; only the words differ.
struct DaViTNames: Sendable {
    /// A block's parts to MedImageInsight's; `@` stands for `window_attn` or `channel_attn`.
    private let parts: [String: String]
    private let spatial: String
    private let channel: String
    /// A patch embedding or block outside its stage's blocks: the family's words, in order.
    private let opening: @Sendable ([Substring]) -> (place: [Substring], rest: [Substring])?

    /// MedImageInsight's name; a name of another kind is given back as it is.
    func standard(_ name: String) -> String {
        let words = name.split(separator: ".", omittingEmptySubsequences: false)
        guard let (place, rest) = opening(words) else { return name }
        guard place[0] == "blocks" else { return (place + rest).joined(separator: ".") }
        return block(place, rest) ?? name
    }

    /// `place` is blocks, stage, number; `rest` starts with the kind of block.
    private func block(_ place: [Substring], _ rest: [Substring]) -> String? {
        guard let kind = rest.first, kind == spatial || kind == channel else { return nil }
        let isSpatial = kind == spatial
        for length in (1...3).reversed() where rest.count > length + 1 {
            let part = rest[1...length].joined(separator: ".")
            guard let standard = parts[part] else { continue }
            let attention = isSpatial ? "window_attn" : "channel_attn"
            let words = [
                place.joined(separator: "."), isSpatial ? "spatial_block" : "channel_block",
                standard.replacing("@", with: attention),
                rest[(length + 1)...].joined(separator: "."),
            ]
            return words.joined(separator: ".")
        }
        return nil
    }
}

extension DaViTNames {
    /// timm's `davit_*_fl`: `stem`, `stages.S.downsample`, `stages.S.blocks.J`, `head.norm`.
    static let timm = DaViTNames(
        parts: [
            "cpe1.proj": "conv1.fn.dw", "cpe2.proj": "conv2.fn.dw", "norm1": "@.norm",
            "attn": "@.fn", "norm2": "ffn.norm", "mlp": "ffn.fn.net",
        ], spatial: "spatial_block", channel: "channel_block"
    ) { words in
        if words.starts(with: ["head", "norm"]) { return (["norms"], Array(words.dropFirst(2))) }
        if words.first == "stem" { return embedding("0", words.dropFirst(), convolution: "conv") }
        guard words.count > 3, words[0] == "stages" else { return nil }
        if words[2] == "downsample" {
            return embedding(words[1], words.dropFirst(3), convolution: "conv")
        }
        guard words.count > 4, words[2] == "blocks" else { return nil }
        return (["blocks", words[1], words[3]], Array(words.dropFirst(4)))
    }

    /// transformers' own Florence-2 backbone: `convs.S.conv`, `blocks.S.J`.
    static let transformers = DaViTNames(
        parts: [
            "conv1": "conv1.fn.dw", "conv2": "conv2.fn.dw", "norm1": "@.norm",
            "window_attn": "@.fn", "channel_attn": "@.fn", "norm2": "ffn.norm",
            "ffn": "ffn.fn.net",
        ], spatial: "spatial_block", channel: "channel_block"
    ) { words in
        guard words.count > 3 else { return nil }
        if words[0] == "convs" {
            return embedding(words[1], words.dropFirst(2), convolution: "conv")
        }
        return words[0] == "blocks" ? (Array(words[0..<3]), Array(words.dropFirst(3))) : nil
    }

    /// MedImageInsight's older names: `conv_embeds.S.proj`, `main_blocks.S.J.0.cpe.0.proj`.
    static let older = DaViTNames(
        parts: [
            "cpe.0.proj": "conv1.fn.dw", "cpe.1.proj": "conv2.fn.dw", "norm1": "@.norm",
            "attn": "@.fn", "norm2": "ffn.norm", "mlp": "ffn.fn.net",
        ], spatial: "0", channel: "1"
    ) { words in
        guard words.count > 3 else { return nil }
        if words[0] == "conv_embeds" {
            return embedding(words[1], words.dropFirst(2), convolution: "proj")
        }
        guard words[0] == "main_blocks" || words[0] == "blocks" else { return nil }
        return (["blocks", words[1], words[2]], Array(words.dropFirst(3)))
    }

    /// A patch embedding's parameter, its convolution under MedImageInsight's name.
    private static func embedding(
        _ stage: Substring, _ rest: ArraySlice<Substring>, convolution: Substring
    ) -> (place: [Substring], rest: [Substring]) {
        (["convs", stage], rest.map { $0 == convolution ? "proj" : $0 })
    }
}
