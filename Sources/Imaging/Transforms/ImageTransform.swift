public import CambiumFiles

/// From a decoded picture to the numbers an encoder takes: size, range, mean and deviation, and
/// in training the random variations.
public struct ImageTransform: Sendable {
    /// Width of the result.
    public let width: Int
    /// Height of the result.
    public let height: Int
    /// Mean of each channel, where white is 1.
    public let mean: [Float]
    /// Standard deviation of each channel.
    public let std: [Float]
    /// What varies in training.
    public let augmentation: Augmentation
    private let scaled: [Float]
    private let normalized: [[Float]]

    /// Prepares the tables.
    /// - Throws: ``ImageError/setting(name:detail:)`` for sizes, means, deviations or an
    ///   augmentation that make no sense.
    public init(
        width: Int, height: Int, mean: [Float], std: [Float],
        augmentation: Augmentation = Augmentation()
    ) throws(ImageError) {
        guard (1...65_535).contains(width), (1...65_535).contains(height) else {
            throw .setting(name: "size", detail: "\(width) x \(height) is not within 1...65535")
        }
        guard mean.count == 3, mean.allSatisfy(\.isFinite) else {
            throw .setting(name: "mean", detail: "\(mean) is not three numbers")
        }
        guard std.count == 3, std.allSatisfy({ $0.isFinite && $0 > 0 }) else {
            throw .setting(name: "std", detail: "\(std) is not three numbers above zero")
        }
        try augmentation.check()
        self.width = width
        self.height = height
        self.mean = mean
        self.std = std
        self.augmentation = augmentation
        let scaled = (0..<256).map { Float($0) / 255 }
        self.scaled = scaled
        normalized = (0..<3).map { channel in scaled.map { ($0 - mean[channel]) / std[channel] } }
    }

    /// The picture as an encoder sees it, `[3, height, width]`: bicubic resize without keeping
    /// the aspect, `/ 255`, `(x - mean) / std` in single precision, as torchvision's `Resize` on
    /// a PIL image, `ToTensor` and `Normalize`.
    public func evaluation(_ image: RGBImage) -> [Float] {
        FloatPlanes(image.resized(width: width, height: height), tables: normalized).values
    }

    /// A varied picture for training, `[3, height, width]`. The same generator state gives the
    /// same numbers.
    public func training(_ image: RGBImage, using generator: inout SeededGenerator) -> [Float] {
        var sized = cropped(image, using: &generator)
        if generator.chance(augmentation.horizontalFlip) { sized.flipHorizontally() }
        if generator.chance(augmentation.verticalFlip) { sized.flipVertically() }
        if augmentation.trivialAugment {
            sized = TrivialAugment(using: &generator).applied(to: sized)
        }
        var planes = FloatPlanes(sized, tables: [scaled, scaled, scaled])
        vary(&planes, using: &generator)
        planes.map { channel, value in (value - mean[channel]) / std[channel] }
        erase(&planes, using: &generator)
        return planes.values
    }

    private func cropped(
        _ image: RGBImage, using generator: inout SeededGenerator
    ) -> RGBImage {
        guard let scale = augmentation.scale else {
            return image.resized(width: width, height: height)
        }
        let part = RandomRectangle.crop(
            width: image.width, height: image.height, scale: scale, ratio: augmentation.ratio,
            using: &generator)
        let box = ImageBox(
            left: Float(part.left), top: Float(part.top), right: Float(part.left + part.width),
            bottom: Float(part.top + part.height))
        return image.resized(width: width, height: height, box: box)
    }

    private func vary(_ planes: inout FloatPlanes, using generator: inout SeededGenerator) {
        if augmentation.movesPixels {
            let map = AffineMap(augmentation, width: width, height: height, using: &generator)
            planes = planes.sampled(map)
        }
        planes.jitterColor(augmentation, using: &generator)
        if augmentation.noise > 0 {
            planes.map { _, value in value + Float(generator.normal() * augmentation.noise) }
        }
    }

    private func erase(_ planes: inout FloatPlanes, using generator: inout SeededGenerator) {
        guard generator.chance(augmentation.erasing),
            let area = RandomRectangle.erasing(
                width: width, height: height, area: augmentation.erasingArea,
                ratio: augmentation.erasingRatio, using: &generator)
        else { return }
        switch augmentation.erasingValue {
        case .values(let values):
            planes.fill(area) { channel in Float(values[values.count == 1 ? 0 : channel]) }
        case .random: planes.fill(area) { _ in Float(generator.normal()) }
        }
    }
}
