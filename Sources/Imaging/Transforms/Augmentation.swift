/// What stands in an erased rectangle, in normalised numbers.
public enum ErasingValue: Sendable, Equatable {
    /// One number for all channels, or one for each.
    case values([Double])
    /// Each place its own number of the standard normal distribution.
    case random
}

/// How training pictures are varied; the plain value varies nothing.
///
/// In the order they are applied: random resized crop, flips, TrivialAugment, affine map, colour,
/// noise, and after normalisation erasing.
public struct Augmentation: Sendable, Equatable {
    /// Part of the area that a random crop keeps, or nil for the whole picture (torchvision's
    /// `RandomResizedCrop`).
    public var scale: ClosedRange<Double>?
    /// Width over height of a random crop.
    public var ratio: ClosedRange<Double> = (3.0 / 4)...(4.0 / 3)
    /// Probability of mirroring left and right.
    public var horizontalFlip = 0.0
    /// Probability of mirroring top and bottom.
    public var verticalFlip = 0.0
    /// Whether each picture goes through one operation of `TrivialAugment`.
    public var trivialAugment = false
    /// Largest rotation to either side, in degrees.
    public var rotation = 0.0
    /// Factor of the part that is looked at: below 1 enlarges.
    public var affineScale: ClosedRange<Double> = 1...1
    /// Largest relative difference between the factors along width and height.
    public var anisotropy = 0.0
    /// Largest shift to either side, as a fraction of the side.
    public var translation = 0.0
    /// Largest relative change of brightness (torchvision's `ColorJitter`).
    public var brightness = 0.0
    /// Largest relative change of contrast.
    public var contrast = 0.0
    /// Largest relative change of saturation.
    public var saturation = 0.0
    /// Standard deviation of Gaussian noise, where white is 1.
    public var noise = 0.0
    /// Probability of erasing a rectangle (torchvision's `RandomErasing`).
    public var erasing = 0.0
    /// Part of the area that is erased.
    public var erasingArea: ClosedRange<Double> = 0.02...0.33
    /// Height over width of the erased rectangle.
    public var erasingRatio: ClosedRange<Double> = 0.3...3.3
    /// What stands in the erased rectangle.
    public var erasingValue = ErasingValue.values([0])

    /// Varies nothing until a property is set.
    public init() {}

    /// Checks every property.
    /// - Throws: ``ImageError/setting(name:detail:)`` for the first that makes no sense.
    public func check() throws(ImageError) {
        try Self.check("scale", scale ?? 1...1, within: 1e-6...1)
        try Self.check("ratio", ratio, within: 1e-3...1e3)
        try Self.check("affine_scale", affineScale, within: 1e-3...1e3)
        try Self.check("anisotropy", anisotropy...anisotropy, within: 0...0.999)
        try Self.check("erasing_area", erasingArea, within: 1e-6...1)
        try Self.check("erasing_ratio", erasingRatio, within: 1e-3...1e3)
        let probabilities = [
            ("horizontal_flip", horizontalFlip), ("vertical_flip", verticalFlip),
            ("erasing", erasing), ("translation", translation),
        ]
        for (name, value) in probabilities { try Self.check(name, value...value, within: 0...1) }
        let amounts = [
            ("brightness", brightness), ("contrast", contrast), ("saturation", saturation),
            ("noise", noise),
        ]
        for (name, value) in amounts { try Self.check(name, value...value, within: 0...100) }
        try Self.check("rotation", rotation...rotation, within: 0...180)
        if case .values(let values) = erasingValue {
            guard [1, 3].contains(values.count), values.allSatisfy(\.isFinite) else {
                throw .setting(
                    name: "erasing_value", detail: "\(values) is neither one number nor three")
            }
        }
    }

    private static func check(
        _ name: String, _ range: ClosedRange<Double>, within allowed: ClosedRange<Double>
    ) throws(ImageError) {
        guard allowed.contains(range.lowerBound), allowed.contains(range.upperBound) else {
            let value =
                range.lowerBound == range.upperBound ? "\(range.lowerBound)" : "\(range)"
            throw .setting(name: name, detail: "\(value) is not within \(allowed)")
        }
    }

    var movesPixels: Bool {
        rotation > 0 || translation > 0 || affineScale != 1...1 || anisotropy > 0
    }
}
