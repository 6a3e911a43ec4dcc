package import CambiumFiles
import Glibc

/// Where each output place looks in the input: `input = matrix * (x, y, 1)`, with -1 and 1 the
/// outer edges of the picture in both (torch's `affine_grid`, `align_corners=False`).
package struct AffineMap: Equatable {
    /// Two rows of three.
    package var matrix: [[Float]]

    /// A random map: rotation, scale along both axes and along the width, shift.
    package init(
        _ augmentation: Augmentation, width: Int, height: Int,
        using generator: inout SeededGenerator
    ) {
        let most = augmentation.rotation * .pi / 180
        let angle = generator.uniform(in: -most...most)
        let scale = generator.uniform(in: augmentation.affineScale)
        let along =
            scale
            * generator.uniform(
                in: (1 - augmentation.anisotropy)...(1 + augmentation.anisotropy))
        // A fraction of the side is twice that in coordinates from -1 to 1.
        let shift = 2 * augmentation.translation
        let (right, down) = (
            generator.uniform(in: -shift...shift), generator.uniform(in: -shift...shift)
        )
        // The rotation is one of pixels, so that pictures that are not square do not shear.
        let aspect = Double(height) / Double(width)
        matrix = [
            [along * cos(angle), -scale * sin(angle) * aspect, right].map { Float($0) },
            [along * sin(angle) / aspect, scale * cos(angle), down].map { Float($0) },
        ]
    }

    /// A given map.
    package init(matrix: [[Float]]) { self.matrix = matrix }
}

extension FloatPlanes {
    /// The picture seen through a map: bilinear, the border continued outwards (torch's
    /// `grid_sample` with `padding_mode="border"`, `align_corners=False`).
    package func sampled(_ map: AffineMap) -> FloatPlanes {
        var result = self
        let row0 = map.matrix[0]
        let row1 = map.matrix[1]
        values.withUnsafeBufferPointer { input in
            result.values.withUnsafeMutableBufferPointer { output in
                for row in 0..<height {
                    let y = (2 * Float(row) + 1) / Float(height) - 1
                    for column in 0..<width {
                        let x = (2 * Float(column) + 1) / Float(width) - 1
                        let place = BilinearPlace(
                            x: row0[0] * x + row0[1] * y + row0[2],
                            y: row1[0] * x + row1[1] * y + row1[2], width: width, height: height)
                        for plane in stride(from: 0, to: input.count, by: planeSize) {
                            output[plane + row * width + column] = place.value(input, plane)
                        }
                    }
                }
            }
        }
        return result
    }
}

/// The four neighbours of a place between pixels and their weights.
private struct BilinearPlace {
    let upperLeft: Int
    let right: Int
    let down: Int
    let partX: Float
    let partY: Float

    /// Finds the neighbours of a place given in coordinates from -1 to 1.
    init(x: Float, y: Float, width: Int, height: Int) {
        let (left, partX) = Self.split(x, width)
        let (top, partY) = Self.split(y, height)
        upperLeft = top * width + left
        right = left + 1 < width ? 1 : 0
        down = top + 1 < height ? width : 0
        self.partX = partX
        self.partY = partY
    }

    private static func split(_ coordinate: Float, _ size: Int) -> (Int, Float) {
        let place = ((coordinate + 1) * Float(size) - 1) / 2
        let inside = place > 0 ? min(place, Float(size - 1)) : 0
        let whole = inside.rounded(.down)
        return (Int(whole), inside - whole)
    }

    @inline(__always)
    func value(_ input: UnsafeBufferPointer<Float>, _ plane: Int) -> Float {
        let start = plane + upperLeft
        let upper = input[start] * (1 - partX) + input[start + right] * partX
        let lower = input[start + down] * (1 - partX) + input[start + down + right] * partX
        return upper * (1 - partY) + lower * partY
    }
}
