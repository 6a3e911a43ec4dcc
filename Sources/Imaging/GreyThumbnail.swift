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
        image.pixels.withUnsafeBufferPointer { pixels in
            sums.withUnsafeMutableBufferPointer { sums in
                for band in 0..<Self.side {
                    sums.update(repeating: 0)
                    for row in Self.places(band, image.height) {
                        let share = UInt32(Self.share(row, of: band, image.height))
                        let start = row * sums.count
                        for index in 0..<sums.count {
                            sums[index] &+= UInt32(pixels[start + index]) &* share
                        }
                    }
                    for cell in 0..<Self.side { levels.append(Self.level(cell, sums, image)) }
                }
            }
        }
        self.levels = levels
    }

    /// The pixels of an axis that a cell covers, in part or whole.
    private static func places(_ cell: Int, _ size: Int) -> Range<Int> {
        (cell * size / side)..<(((cell + 1) * size + side - 1) / side)
    }

    /// How much of a pixel a cell covers, in 32nds.
    private static func share(_ place: Int, of cell: Int, _ size: Int) -> Int {
        min((cell + 1) * size, (place + 1) * side) - max(cell * size, place * side)
    }

    /// The level of a cell from the column sums. A sum is at most 255 times the picture's height,
    /// so 32 bits are enough for all heights that a decoder gives.
    private static func level(
        _ cell: Int, _ sums: UnsafeMutableBufferPointer<UInt32>, _ image: RGBImage
    ) -> UInt8 {
        var sum = 0
        for place in places(cell, image.width) {
            // ITU-R BT.601 luma in 256ths.
            let grey =
                77 * Int(sums[3 * place]) + 150 * Int(sums[3 * place + 1])
                + 29 * Int(sums[3 * place + 2])
            sum += grey * share(place, of: cell, image.width)
        }
        let total = image.width * image.height
        return UInt8((sum / 256 + total / 2) / total)
    }
}
