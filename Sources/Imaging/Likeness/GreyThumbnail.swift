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
        var sums = ColumnSums(width: image.width * 3)
        for band in 0..<Self.side {
            sums.clear()
            image.pixels.withUnsafeBufferPointer { pixels in
                for row in Self.places(band, image.height) {
                    sums.add(pixels, row: row, share: Self.share(row, of: band, image.height))
                }
            }
            sums.withTotals { totals in
                for cell in 0..<Self.side { levels.append(Self.level(cell, totals, image)) }
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

/// Sums over the rows of a band, a number for each byte of a row.
private struct ColumnSums {
    private var totals: [UInt32]
    /// Whole rows, in 16 bits: several times as many to an instruction.
    private var whole: [UInt16]
    private var count = 0
    /// Rows whose sum is sure to fit.
    private static let most = 257

    init(width: Int) {
        totals = [UInt32](repeating: 0, count: width)
        whole = [UInt16](repeating: 0, count: width)
    }

    mutating func clear() {
        for index in totals.indices { totals[index] = 0 }
    }

    /// Adds a row that is covered by so many 32nds.
    mutating func add(_ pixels: UnsafeBufferPointer<UInt8>, row: Int, share: Int) {
        let width = totals.count
        let line = UnsafeBufferPointer(rebasing: pixels[(row * width)..<((row + 1) * width)])
        guard share == GreyThumbnail.side else {
            let share = UInt32(share)
            totals.withUnsafeMutableBufferPointer { totals in
                for index in 0..<width { totals[index] &+= UInt32(line[index]) &* share }
            }
            return
        }
        whole.withUnsafeMutableBufferPointer { whole in
            for index in 0..<width { whole[index] &+= UInt16(line[index]) }
        }
        count += 1
        if count == Self.most { flush() }
    }

    mutating func withTotals(_ body: (UnsafeMutableBufferPointer<UInt32>) -> Void) {
        flush()
        totals.withUnsafeMutableBufferPointer { body($0) }
    }

    private mutating func flush() {
        guard count > 0 else { return }
        count = 0
        for index in totals.indices {
            totals[index] &+= UInt32(whole[index]) &* UInt32(GreyThumbnail.side)
            whole[index] = 0
        }
    }
}
