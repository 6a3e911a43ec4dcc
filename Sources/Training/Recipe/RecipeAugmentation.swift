internal import CambiumFiles
internal import CambiumImaging

/// The section `AUG`: how training images change.
extension Recipe {
    /// MedImageInsight's crop and nothing else.
    static let usualAugmentation = {
        var augmentation = Augmentation()
        augmentation.scale = 0.8...1
        augmentation.ratio = 0.75...1.3333333
        return augmentation
    }()

    mutating func read(augmentation settings: Settings) throws {
        var result = Self.usualAugmentation
        result.scale = try settings.pair("SCALE", 0.01...1) ?? result.scale
        result.ratio = try settings.pair("RATIO", 0.1...10) ?? result.ratio
        if result.scale == 1...1 { result.scale = nil }
        if let kind = try settings.string("INTERPOLATION"), kind != "bicubic" {
            throw settings.invalid("INTERPOLATION", "is \(kind); Cambium resizes bicubic")
        }
        var mixing = Mixing()
        try mixing.read(settings)
        if let classic = try settings.settings("TORCHVISION_AUG") {
            try result.read(classic: classic)
        }
        if let affine = try settings.settings("AFFINE") {
            result.rotation = try affine.number("DEGREES", 0...180) ?? 0
            result.affineScale = try affine.pair("SCALE", 0.05...20) ?? result.affineScale
            result.anisotropy = try affine.number("ANISOTROPY", 0...0.9) ?? 0
            result.translation = try affine.number("SHIFT", 0...1) ?? 0
        }
        if let colour = try settings.settings("COLOR") {
            result.brightness = try colour.number("BRIGHTNESS", 0...1) ?? 0
            result.contrast = try colour.number("CONTRAST", 0...1) ?? 0
            result.saturation = try colour.number("SATURATION", 0...1) ?? 0
        }
        result.noise = try settings.number("NOISE", 0...1) ?? 0
        (augmentation, self.mixing) = (result, mixing)
    }

    /// The section as ``read(augmentation:)`` takes it.
    var augmentationText: String {
        let varied = augmentation
        let erased =
            switch varied.erasingValue {
            case .values(let values): "\(values)"
            case .random: "random"
            }
        return """
            AUG:
              SCALE: \((varied.scale ?? 1...1).pair)
              RATIO: \(varied.ratio.pair)
              INTERPOLATION: bicubic
              MIXUP_PROB: \(mixing.probability)
              MIXUP: \(mixing.mixup)
              MIXCUT: \(mixing.cutmix)
              MIXCUT_MINMAX: \(mixing.sides ?? [])
              MIXUP_SWITCH_PROB: \(mixing.switchProbability)
              MIXUP_MODE: \(mixing.mode.rawValue)
              TORCHVISION_AUG:
                AUTO_AUGMENT: \(varied.trivialAugment ? "ta_wide" : "''")
                RE_PROB: \(varied.erasing)
                RE_SCALE: \(varied.erasingArea.pair)
                RE_RATIO: \(varied.erasingRatio.pair)
                RE_VALUE: \(erased)
                HFLIP: \(varied.horizontalFlip)
                VFLIP: \(varied.verticalFlip)
              AFFINE:
                DEGREES: \(varied.rotation)
                SCALE: \(varied.affineScale.pair)
                ANISOTROPY: \(varied.anisotropy)
                SHIFT: \(varied.translation)
              COLOR:
                BRIGHTNESS: \(varied.brightness)
                CONTRAST: \(varied.contrast)
                SATURATION: \(varied.saturation)
              NOISE: \(varied.noise)
            """
    }
}

extension ClosedRange<Double> {
    /// Both ends.
    fileprivate var pair: [Double] { [lowerBound, upperBound] }
}

extension Augmentation {
    /// The section `TORCHVISION_AUG`: what torchvision's classic transforms do.
    fileprivate mutating func read(classic settings: Settings) throws {
        if let policy = try settings.string("AUTO_AUGMENT") {
            guard ["", "ta_wide"].contains(policy) else {
                throw settings.invalid("AUTO_AUGMENT", "is \(policy); Cambium has ta_wide")
            }
            trivialAugment = policy == "ta_wide"
        }
        horizontalFlip = try settings.number("HFLIP", 0...1) ?? 0
        verticalFlip = try settings.number("VFLIP", 0...1) ?? 0
        erasing = try settings.number("RE_PROB", 0...1) ?? 0
        erasingArea = try settings.pair("RE_SCALE", 1e-6...1) ?? erasingArea
        erasingRatio = try settings.pair("RE_RATIO", 0.01...100) ?? erasingRatio
        if settings.keys.contains("RE_VALUE") { erasingValue = try Self.value(settings) }
    }

    /// A number, a list of three, or `random`.
    private static func value(_ settings: Settings) throws -> ErasingValue {
        if let text = try? settings.string("RE_VALUE"), text == "random" { return .random }
        if let number = try? settings.double("RE_VALUE") { return .values([number]) }
        if let list = try? settings.doubles("RE_VALUE"), [1, 3].contains(list.count) {
            return .values(list)
        }
        throw settings.invalid(
            "RE_VALUE", "must be a number, a list of three numbers, or random")
    }
}

extension Mixing {
    /// Mixup and cutmix under MedImageInsight's keys; what they mean is timm's.
    fileprivate mutating func read(_ settings: Settings) throws {
        probability = try settings.number("MIXUP_PROB", 0...1) ?? probability
        mixup = try settings.number("MIXUP", 0...1000) ?? mixup
        cutmix = try settings.number("MIXCUT", 0...1000) ?? cutmix
        if try settings.doubles("MIXCUT_MINMAX")?.isEmpty == false {
            sides = try settings.pair("MIXCUT_MINMAX", 0...1)?.pair
        }
        switchProbability =
            try settings.number("MIXUP_SWITCH_PROB", 0...1) ?? switchProbability
        if let name = try settings.string("MIXUP_MODE") {
            guard let mode = Mode(rawValue: name) else {
                throw settings.invalid("MIXUP_MODE", "is \(name); known: batch, pair, elem")
            }
            self.mode = mode
        }
        if probability > 0, mixup == 0, cutmix == 0, sides == nil {
            throw settings.invalid(
                "MIXUP_PROB", "is above 0, but MIXUP and MIXCUT are 0: nothing would be mixed")
        }
    }
}
