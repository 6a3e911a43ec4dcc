/// Whose names a file's tensors carry. Files of one architecture are told apart by names alone:
/// containers and extensions say nothing.
public enum WeightFamily: String, Sendable, CaseIterable, CustomStringConvertible {
    /// MedImageInsight as published and as Cambium saves: `image_encoder.*`, `lang_encoder.*`.
    case medImageInsight
    /// MedImageInsight's older names: `visual.*`, `text.*`, `main_blocks`, `conv_embeds`.
    case medImageInsightOlder
    /// microsoft/Florence-2 with its own code: `vision_tower.*` with MedImageInsight's endings.
    case florence
    /// Florence-2 as transformers has it natively: `model.vision_tower.*`.
    case florenceTransformers
    /// timm's `davit_*_fl`, Florence-2's image tower.
    case timm
    /// The DaViT of the paper, in its authors' names or timm's `davit_*`. Its channel attention
    /// computes something else, so that its weights fit MedImageInsight's shapes and not its sums.
    case originalDaViT
    /// open_clip's (and OpenAI's) text tower: `transformer.resblocks.*`.
    case openCLIPText

    /// What a user knows it as.
    public var description: String {
        switch self {
        case .medImageInsight: "MedImageInsight"
        case .medImageInsightOlder: "MedImageInsight (older names)"
        case .florence: "Florence-2 (microsoft)"
        case .florenceTransformers: "Florence-2 (transformers)"
        case .timm: "timm davit_*_fl"
        case .openCLIPText: "open_clip text tower"
        case .originalDaViT: "original DaViT"
        }
    }

    /// What names of its tensors begin with that no family asked later has.
    private var marks: [String] {
        switch self {
        case .medImageInsight: ["image_encoder.", "lang_encoder."]
        case .medImageInsightOlder:
            [
                "visual.convs.", "visual.conv_embeds.", "visual.blocks.", "visual.main_blocks.",
                "image_encoder.conv_embeds.", "image_encoder.main_blocks.",
            ]
        case .florence: ["vision_tower.convs.0.proj.", "convs.0.proj."]
        case .florenceTransformers: ["vision_tower.convs.0.conv.", "convs.0.conv."]
        case .timm: ["stages.0.blocks.0.spatial_block."]
        case .originalDaViT: ["stages.0.blocks.0.0.cpe", "main_blocks.", "patch_embeds.0."]
        case .openCLIPText: ["transformer.resblocks.0.", "text.transformer.resblocks.0."]
        }
    }

    /// The family of a file with these (stripped) names, nil for none that is known. The older
    /// names are asked for first, since the newer ones begin some of them.
    static func recognize(_ names: [String]) -> WeightFamily? {
        ([.medImageInsightOlder, .medImageInsight, .florenceTransformers] + allCases).first {
            family in
            family.marks.contains { mark in names.contains { $0.hasPrefix(mark) } }
        }
    }

    /// Whether a file of this family holds both towers.
    public var isWhole: Bool { self == .medImageInsight || self == .medImageInsightOlder }
}

/// Where a file's tensor belongs.
enum TensorPlace: Equatable {
    /// In the model, under this name of MedImageInsight's.
    case model(String)
    /// In a part that MedImageInsight does not have, such as Florence-2's language model.
    case outside
}

extension WeightFamily {
    /// The name without what wrappers put before it.
    static func stripped(_ name: String) -> String {
        var rest = name[...]
        while let prefix = ["module.", "model."].first(where: { rest.hasPrefix($0) }) {
            rest = rest.dropFirst(prefix.count)
        }
        return String(rest)
    }

    /// Where the tensor of this (stripped) name belongs. A name that should be the model's and is
    /// not stays as it is, to be named as unexpected.
    func place(_ name: String) -> TensorPlace {
        switch self {
        case .medImageInsight: .model(name)
        case .medImageInsightOlder: .model(Self.renewed(name))
        case .florence: Self.tower(name) { $0 }
        case .florenceTransformers: Self.tower(name, DaViTNames.transformers.standard)
        case .timm:
            name.hasPrefix("head.fc.")
                ? .outside : .model("image_encoder." + DaViTNames.timm.standard(name))
        case .openCLIPText: Self.text(name)
        case .originalDaViT: .outside
        }
    }

    /// Whether a file of this family is expected to hold the model's parameter `name`.
    func gives(_ name: String) -> Bool {
        switch self {
        case .medImageInsight, .medImageInsightOlder: true
        // The final norm of MedImageInsight's image tower is no part of Florence-2.
        case .florence, .florenceTransformers, .timm:
            name.hasPrefix("image_encoder.") && !name.hasPrefix("image_encoder.norms.")
        case .openCLIPText: name.hasPrefix("lang_encoder.")
        case .originalDaViT: false
        }
    }

    private static func renewed(_ name: String) -> String {
        switch name {
        case "vision_projection": return "image_projection"
        case "text_projection": return "lang_projection"
        default: break
        }
        for prefix in ["visual.", "image_encoder."] where name.hasPrefix(prefix) {
            let tail = String(name.dropFirst(prefix.count))
            return "image_encoder." + DaViTNames.older.standard(tail)
        }
        return name.hasPrefix("text.") ? "lang_encoder." + name.dropFirst(5) : name
    }

    /// A tower saved by itself has no prefix.
    private static func tower(_ name: String, _ standard: (String) -> String) -> TensorPlace {
        let prefix = "vision_tower."
        if name.hasPrefix(prefix) {
            return .model("image_encoder." + standard(String(name.dropFirst(prefix.count))))
        }
        let isBare = ["convs.", "blocks.", "norms."].contains { name.hasPrefix($0) }
        return isBare ? .model("image_encoder." + standard(name)) : .outside
    }

    /// open_clip's `CustomTextCLIP` puts `text.` before the names, CLIP's own has none.
    private static func text(_ name: String) -> TensorPlace {
        let short = name.hasPrefix("text.") ? String(name.dropFirst(5)) : name
        if short.hasPrefix("transformer.resblocks.") {
            return .model("lang_encoder." + short.dropFirst("transformer.".count))
        }
        let isTowers =
            short == "positional_embedding" || short == "token_embedding.weight"
            || short.hasPrefix("ln_final.")
        return isTowers ? .model("lang_encoder." + short) : .outside
    }
}
