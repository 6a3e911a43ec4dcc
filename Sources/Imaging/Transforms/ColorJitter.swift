package import CambiumFiles

/// torchvision's `ColorJitter` on planes between 0 and 1, without hue.
extension FloatPlanes {
    /// Brightness, contrast and saturation in random order, each by a factor within one plus or
    /// minus its setting; a setting of zero is left out.
    package mutating func jitterColor(
        _ augmentation: Augmentation, using generator: inout SeededGenerator
    ) {
        var order = [0, 1, 2]
        let amounts = [augmentation.brightness, augmentation.contrast, augmentation.saturation]
        guard amounts.contains(where: { $0 > 0 }) else { return }
        generator.shuffle(&order)
        for kind in order where amounts[kind] > 0 {
            let amount = amounts[kind]
            let factor = Float(generator.uniform(in: max(0, 1 - amount)...(1 + amount)))
            switch kind {
            case 0: adjustBrightness(factor)
            case 1: adjustContrast(factor)
            default: adjustSaturation(factor)
            }
        }
    }

    /// Towards black (0) or beyond the picture (above 1).
    package mutating func adjustBrightness(_ factor: Float) {
        map { _, value in Self.clipped(value * factor) }
    }

    /// Towards the mean grey.
    package mutating func adjustContrast(_ factor: Float) {
        let total = (0..<planeSize).reduce(0.0) { $0 + Double(grey(at: $1)) }
        let rest = (1 - factor) * Float(total / Double(planeSize))
        map { _, value in Self.clipped(value * factor + rest) }
    }

    /// Towards each pixel's grey.
    package mutating func adjustSaturation(_ factor: Float) {
        for index in 0..<planeSize {
            let rest = (1 - factor) * grey(at: index)
            for place in stride(from: index, to: values.count, by: planeSize) {
                values[place] = Self.clipped(values[place] * factor + rest)
            }
        }
    }

    private func grey(at index: Int) -> Float {
        0.2989 * values[index] + 0.587 * values[index + planeSize]
            + 0.114 * values[index + 2 * planeSize]
    }

    private static func clipped(_ value: Float) -> Float { min(max(value, 0), 1) }
}
