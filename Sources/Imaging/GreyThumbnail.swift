/// A picture as 32 x 32 grey levels, the aspect not kept: each the mean over its part of the
/// picture (box filter with exact shares of the pixels on an edge, whole numbers throughout).
public struct GreyThumbnail: Sendable, Equatable {
    /// Levels in a row, and rows.
    public static let side = 32
    /// Bytes.
    public static let count = side * side
    /// `[side, side]`, from the top.
    public let levels: [UInt8]

    /// Levels that are there already.
    /// - Precondition: `levels` holds ``count`` bytes.
    public init(levels: [UInt8]) {
        precondition(levels.count == Self.count, "a thumbnail is 32 x 32")
        self.levels = levels
    }

    /// The thumbnail of a picture.
    public init(_ image: RGBImage) {
        var levels: [UInt8] = []
        levels.reserveCapacity(Self.count)
        var sums = [UInt32](repeating: 0, count: image.width * 3)
        for band in Self.bands(image.height) {
            for index in sums.indices { sums[index] = 0 }
            image.pixels.withUnsafeBufferPointer { pixels in
                for (row, share) in band { Self.add(pixels, row, share, to: &sums) }
            }
            Self.append(sums, image, to: &levels)
        }
        self.levels = levels
    }

    /// For each cell of an axis the pixels it covers, with their shares in 32nds.
    private static func bands(_ size: Int) -> [[(place: Int, share: UInt32)]] {
        (0..<side).map { cell in
            // Edges in 32nds of a pixel.
            let (from, to) = (cell * size, (cell + 1) * size)
            return (from / side..<(to + side - 1) / side).map { place in
                let covered = min(to, (place + 1) * side) - max(from, place * side)
                return (place, UInt32(covered))
            }
        }
    }

    private static func add(
        _ pixels: UnsafeBufferPointer<UInt8>, _ row: Int, _ share: UInt32, to sums: inout [UInt32]
    ) {
        let width = sums.count
        let line = UnsafeBufferPointer(rebasing: pixels[(row * width)..<((row + 1) * width)])
        sums.withUnsafeMutableBufferPointer { sums in
            for index in 0..<width { sums[index] &+= UInt32(line[index]) &* share }
        }
    }

    /// One row of cells from the column sums. A sum is at most 255 times the picture's height, so
    /// 32 bits are enough for all heights that a decoder gives.
    private static func append(_ sums: [UInt32], _ image: RGBImage, to levels: inout [UInt8]) {
        let total = image.width * image.height
        for cell in bands(image.width) {
            var sum = 0
            for (place, share) in cell {
                // ITU-R BT.601 luma in 256ths.
                let grey =
                    77 * Int(sums[3 * place]) + 150 * Int(sums[3 * place + 1])
                    + 29 * Int(sums[3 * place + 2])
                sum += grey * Int(share)
            }
            levels.append(UInt8((sum / 256 + total / 2) / total))
        }
    }
}
