internal import Files

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
}
