package import CambiumFiles

/// TrivialAugment in its wide space (Müller and Hutter, "TrivialAugment: Tuning-free Yet
/// State-of-the-Art Data Augmentation", 2021): one random operation of a random strength on each
/// picture. For given draws bit for bit torchvision's `TrivialAugmentWide` on a PIL image, nearest
/// neighbours, 31 magnitudes.
package struct TrivialAugment: Sendable, Equatable {
    /// The operations, in the order of their numbers.
    package enum Operation: String, Sendable, CaseIterable {
        /// The picture as it is.
        case identity = "Identity"
        /// Rows pushed sideways, most at the bottom.
        case shearX = "ShearX"
        /// Columns pushed downwards, most at the right.
        case shearY = "ShearY"
        /// Whole pixels to the side.
        case translateX = "TranslateX"
        /// Whole pixels down.
        case translateY = "TranslateY"
        /// Counter-clockwise about the centre.
        case rotate = "Rotate"
        /// Towards black or away from it.
        case brightness = "Brightness"
        /// Towards grey or away from it.
        case color = "Color"
        /// Towards the mean grey or away from it.
        case contrast = "Contrast"
        /// Towards the smoothed picture or away from it.
        case sharpness = "Sharpness"
        /// Fewer bits.
        case posterize = "Posterize"
        /// What is above a threshold inverted.
        case solarize = "Solarize"
        /// Each channel over the whole range.
        case autoContrast = "AutoContrast"
        /// Each channel's levels equally often.
        case equalize = "Equalize"

        /// Whether the magnitude may be negative.
        package var isSigned: Bool {
            switch self {
            case .shearX, .shearY, .translateX, .translateY, .rotate: true
            case .brightness, .color, .contrast, .sharpness: true
            default: false
            }
        }

        /// The strengths to choose from, single precision as torch computes them; empty where an
        /// operation has none.
        package var magnitudes: [Float] {
            switch self {
            case .identity, .autoContrast, .equalize: []
            case .shearX, .shearY, .brightness, .color, .contrast, .sharpness:
                Self.evenly(from: 0, to: 0.99)
            case .translateX, .translateY: Self.evenly(from: 0, to: 32)
            case .rotate: Self.evenly(from: 0, to: 135)
            case .posterize:
                (0..<TrivialAugment.bins).map { 8 - (Float($0) / 5).rounded(.toNearestOrEven) }
            case .solarize: Self.evenly(from: 255, to: 0)
            }
        }

        /// `torch.linspace`, to the last bit what processors with AVX2 or AVX-512 compute: the lower
        /// half from the start, the upper from the end, each with one rounding.
        private static func evenly(from start: Float, to end: Float) -> [Float] {
            let bins = TrivialAugment.bins
            let last = bins - 1
            let step = (end - start) / Float(last)
            return (0...last).map { bin in
                bin < bins / 2
                    ? start.addingProduct(step, Float(bin))
                    : end.addingProduct(-step, Float(last - bin))
            }
        }
    }

    /// Magnitudes an operation has.
    package static let bins = 31

    /// The operation.
    package let operation: Operation
    /// Its strength with its sign.
    package let magnitude: Double

    /// A given choice; `bin` and `isNegative` are for operations that have magnitudes and signs.
    /// - Precondition: `bin` is below ``bins``.
    package init(_ operation: Operation, bin: Int = 0, isNegative: Bool = false) {
        precondition((0..<Self.bins).contains(bin), "there are 31 magnitudes")
        let magnitudes = operation.magnitudes
        let strength = magnitudes.isEmpty ? 0 : Double(magnitudes[bin])
        self.operation = operation
        magnitude = operation.isSigned && isNegative ? -strength : strength
    }

    /// A random choice: operation, then magnitude and sign where it has them.
    package init(using generator: inout SeededGenerator) {
        let all = Operation.allCases
        let operation = all[generator.index(below: all.count)]
        let bin = operation.magnitudes.isEmpty ? 0 : generator.index(below: Self.bins)
        let isNegative = operation.isSigned && generator.index(below: 2) == 1
        self.init(operation, bin: bin, isNegative: isNegative)
    }

    /// The picture after the operation.
    /// - Parameter fill: red, green and blue of what comes into view from outside.
    package func applied(to image: RGBImage, fill: [UInt8] = [0, 0, 0]) -> RGBImage {
        switch operation {
        case .identity: image
        case .shearX, .shearY, .translateX, .translateY, .rotate:
            image.nearest(map(width: image.width, height: image.height), fill: fill)
        case .brightness: image.blended(from: image.mapped { _ in 0 }, by: factor)
        case .color: image.blended(from: image.greyed, by: factor)
        case .contrast:
            image.blended(from: image.mapped { [mean = image.meanGrey] _ in mean }, by: factor)
        case .sharpness: image.blended(from: image.smoothed, by: factor)
        case .posterize: image.posterized(bits: Int(magnitude))
        case .solarize: image.mapped { Double($0) < magnitude ? $0 : 255 - $0 }
        case .autoContrast: image.mappedByChannel(RGBImage.stretch)
        case .equalize: image.mappedByChannel(RGBImage.equalization)
        }
    }

    private var factor: Float { Float(1 + magnitude) }

    private func map(width: Int, height: Int) -> NearestMap {
        switch operation {
        case .shearX: .shear(x: magnitude, y: 0)
        case .shearY: .shear(x: 0, y: magnitude)
        case .translateX: .translation(x: Int(magnitude), y: 0, width: width, height: height)
        case .translateY: .translation(x: 0, y: Int(magnitude), width: width, height: height)
        default: .rotation(degrees: magnitude, width: width, height: height)
        }
    }
}
