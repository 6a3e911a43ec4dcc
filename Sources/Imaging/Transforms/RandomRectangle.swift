package import CambiumFiles
import Glibc

/// A rectangle of whole pixels.
package struct PixelRectangle: Equatable {
    package var left: Int
    package var top: Int
    package var width: Int
    package var height: Int

    package init(left: Int, top: Int, width: Int, height: Int) {
        self.left = left
        self.top = top
        self.width = width
        self.height = height
    }
}

/// The random rectangles of torchvision: same rules, own random numbers.
package enum RandomRectangle {
    private static let attempts = 10

    /// `RandomResizedCrop.get_params`: a part of the area with a log-uniform aspect, up to ten
    /// tries, then the largest centred part within the ratios.
    package static func crop(
        width: Int, height: Int, scale: ClosedRange<Double>, ratio: ClosedRange<Double>,
        using generator: inout SeededGenerator
    ) -> PixelRectangle {
        for _ in 0..<attempts {
            let area = Double(width * height) * generator.uniform(in: scale)
            let aspect = logUniform(ratio, &generator)
            let w = rounded((area * aspect).squareRoot())
            let h = rounded((area / aspect).squareRoot())
            guard (1...width).contains(w), (1...height).contains(h) else { continue }
            let top = generator.index(below: height - h + 1)
            let left = generator.index(below: width - w + 1)
            return PixelRectangle(left: left, top: top, width: w, height: h)
        }
        return centered(width: width, height: height, ratio: ratio)
    }

    /// `RandomErasing.get_params`: aspect is height over width here; nil when ten tries do not
    /// fit inside the picture.
    package static func erasing(
        width: Int, height: Int, area: ClosedRange<Double>, ratio: ClosedRange<Double>,
        using generator: inout SeededGenerator
    ) -> PixelRectangle? {
        for _ in 0..<attempts {
            let part = generator.uniform(in: area)
            let aspect = logUniform(ratio, &generator)
            guard let size = erasedSize(width: width, height: height, part: part, aspect: aspect)
            else { continue }
            let top = generator.index(below: height - size.height + 1)
            let left = generator.index(below: width - size.width + 1)
            return PixelRectangle(left: left, top: top, width: size.width, height: size.height)
        }
        return nil
    }

    /// The size of an erased rectangle for a drawn part of the area and a drawn height over width;
    /// nil where it does not fit inside the picture.
    package static func erasedSize(
        width: Int, height: Int, part: Double, aspect: Double
    ) -> (width: Int, height: Int)? {
        let area = Double(width * height) * part
        let h = rounded((area * aspect).squareRoot())
        let w = rounded((area / aspect).squareRoot())
        return h < height && w < width ? (w, h) : nil
    }

    private static func centered(
        width: Int, height: Int, ratio: ClosedRange<Double>
    ) -> PixelRectangle {
        var (w, h) = (width, height)
        let aspect = Double(width) / Double(height)
        if aspect < ratio.lowerBound {
            h = min(height, rounded(Double(w) / ratio.lowerBound))
        } else if aspect > ratio.upperBound {
            w = min(width, rounded(Double(h) * ratio.upperBound))
        }
        (w, h) = (max(w, 1), max(h, 1))
        return PixelRectangle(
            left: (width - w) / 2, top: (height - h) / 2, width: w, height: h)
    }

    private static func logUniform(
        _ range: ClosedRange<Double>, _ generator: inout SeededGenerator
    ) -> Double {
        exp(generator.uniform(in: log(range.lowerBound)...log(range.upperBound)))
    }

    /// Python's `round`: half to even. Sizes are checked ranges of picture sides, so they fit.
    private static func rounded(_ value: Double) -> Int {
        Int(value.rounded(.toNearestOrEven))
    }
}
