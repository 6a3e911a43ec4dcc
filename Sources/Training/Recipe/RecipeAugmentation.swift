internal import CambiumFiles
internal import CambiumImaging

extension AugmentationRecipe {
    /// The section `TORCHVISION_AUG`: what torchvision's classic transforms do.
    mutating func read(classic settings: Settings) throws {
        if let policy = try settings.string("AUTO_AUGMENT") {
            guard ["", "ta_wide"].contains(policy) else {
                throw settings.invalid("AUTO_AUGMENT", "is \(policy); Cambium has ta_wide")
            }
            trivialAugment = policy == "ta_wide"
        }
        horizontalFlip = try settings.number("HFLIP", 0...1) ?? 0
        verticalFlip = try settings.number("VFLIP", 0...1) ?? 0
        erasing = try settings.number("RE_PROB", 0...1) ?? 0
        erasingScale = try settings.pair("RE_SCALE", 1e-6...1) ?? erasingScale
        erasingRatio = try settings.pair("RE_RATIO", 0.01...100) ?? erasingRatio
        if settings.keys.contains("RE_VALUE") { erasingValue = try Self.value(settings) }
    }

    /// A number, a list of three, or `random` (nil).
    private static func value(_ settings: Settings) throws -> [Double]? {
        if let text = try? settings.string("RE_VALUE"), text == "random" { return nil }
        if let number = try? settings.double("RE_VALUE") { return [number] }
        if let list = try? settings.doubles("RE_VALUE"), [1, 3].contains(list.count) {
            return list
        }
        throw settings.invalid(
            "RE_VALUE", "must be a number, a list of three numbers, or random")
    }

    /// Mixup and cutmix under MedImageInsight's keys; what they mean is timm's.
    mutating func read(mixing settings: Settings) throws {
        mixing.probability = try settings.number("MIXUP_PROB", 0...1) ?? mixing.probability
        mixing.mixup = try settings.number("MIXUP", 0...1000) ?? mixing.mixup
        mixing.cutmix = try settings.number("MIXCUT", 0...1000) ?? mixing.cutmix
        if try settings.doubles("MIXCUT_MINMAX")?.isEmpty == false {
            mixing.sides = try settings.pair("MIXCUT_MINMAX", 0...1)
        }
        mixing.switchProbability =
            try settings.number("MIXUP_SWITCH_PROB", 0...1) ?? mixing.switchProbability
        if let name = try settings.string("MIXUP_MODE") {
            guard let mode = Mixing.Mode(rawValue: name) else {
                throw settings.invalid("MIXUP_MODE", "is \(name); known: batch, pair, elem")
            }
            mixing.mode = mode
        }
        if mixing.probability > 0, mixing.mixup == 0, mixing.cutmix == 0, mixing.sides == nil {
            throw settings.invalid(
                "MIXUP_PROB", "is above 0, but MIXUP and MIXCUT are 0: nothing would be mixed")
        }
    }
}
