/// Smaller learning rates towards the input, as BEiT (Bao and others, 2022) and timm do it
/// (`param_groups_layer_decay`): a parameter's factor is `decay ^ (layers above it)`.
///
/// Each tower counts for itself. Layer 0 is the stem (`convs.0`) or the embeddings; each block is
/// one layer, in a DaViT over all its stages, a stage's down-sampling with the stage's first block;
/// above the last block stand final norms, projections and the temperature, with factor 1. The last
/// block has therefore `decay`, the one before `decay ^ 2`.
package struct LayerDecay {
    private let decay: Double
    /// The blocks of the image tower before each stage, and their number.
    private let stages: [Int]
    private let textBlocks: Int

    /// Counts the blocks in a model's names.
    package init(_ decay: Double, names: [String]) {
        self.decay = decay
        var sizes: [Int] = []
        var textBlocks = 0
        for name in names.map(Name.init) {
            switch name.place {
            case .imageBlock(let stage, let block):
                while sizes.count <= stage { sizes.append(0) }
                sizes[stage] = max(sizes[stage], block + 1)
            case .textBlock(let block): textBlocks = max(textBlocks, block + 1)
            default: break
            }
        }
        stages = sizes.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1) }
        self.textBlocks = textBlocks
    }

    /// The factor on a parameter's learning rate.
    package func scale(_ name: String) -> Double {
        var scale = 1.0
        for _ in 0..<layersAbove(Name(name)) { scale *= decay }
        return scale
    }

    private func layersAbove(_ name: Name) -> Int {
        let imageBlocks = stages.last ?? 0
        return switch name.place {
        case .imageStem: imageBlocks + 1
        case .imageBlock(let stage, let block): imageBlocks - before(stage) - block
        case .textEmbedding: textBlocks + 1
        case .textBlock(let block): textBlocks - block
        case .head: 0
        }
    }

    private func before(_ stage: Int) -> Int { stage < stages.count ? stages[stage] : 0 }
}

/// Where a parameter stands, by its name.
private struct Name {
    enum Place {
        case imageStem, textEmbedding, head
        case imageBlock(stage: Int, block: Int)
        case textBlock(Int)
    }

    let place: Place

    init(_ name: String) {
        let parts = name.split(separator: ".")
        let numbers = parts.dropFirst(2).prefix(2).map { Int($0) }
        switch (parts.first, parts.dropFirst().first) {
        case ("image_encoder", "convs"):
            let stage = (numbers.first ?? nil) ?? 0
            place = stage == 0 ? .imageStem : .imageBlock(stage: stage, block: 0)
        case ("image_encoder", "blocks"):
            place = .imageBlock(
                stage: (numbers.first ?? nil) ?? 0, block: (numbers.last ?? nil) ?? 0)
        case ("lang_encoder", "token_embedding"), ("lang_encoder", "positional_embedding"):
            place = .textEmbedding
        case ("lang_encoder", "resblocks"): place = .textBlock((numbers.first ?? nil) ?? 0)
        default: place = .head
        }
    }
}
