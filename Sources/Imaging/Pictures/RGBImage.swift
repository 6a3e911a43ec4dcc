/// A picture in memory: 8 bits a channel, red, green, blue.
public struct RGBImage: Sendable, Equatable {
    /// Pixels in a row.
    public let width: Int
    /// Rows.
    public let height: Int
    /// `[height, width, 3]`, row by row from the top, channels interleaved.
    public var pixels: [UInt8]

    /// Takes pixels that are there already.
    /// - Precondition: both sides are positive and `pixels` holds `height * width * 3` bytes.
    public init(width: Int, height: Int, pixels: [UInt8]) {
        precondition(width > 0 && height > 0, "an image has at least one pixel")
        precondition(pixels.count == width * height * 3, "pixels are [height, width, 3]")
        self.width = width
        self.height = height
        self.pixels = pixels
    }

    /// A grey picture: each value of `grey` (`[height, width]`) three times.
    public init(width: Int, height: Int, grey: [UInt8]) {
        var pixels: [UInt8] = []
        pixels.reserveCapacity(grey.count * 3)
        for value in grey {
            pixels.append(value)
            pixels.append(value)
            pixels.append(value)
        }
        self.init(width: width, height: height, pixels: pixels)
    }

    /// Makes the pixels in place; `fill` gets room for all of them and must fill it.
    init(width: Int, height: Int, fill: (UnsafeMutableBufferPointer<UInt8>) -> Void) {
        let count = width * height * 3
        let pixels = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            fill(UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
            filled = count
        }
        self.init(width: width, height: height, pixels: pixels)
    }

    /// Mirrors left and right.
    mutating func flipHorizontally() {
        for row in 0..<height {
            var (left, right) = (3 * row * width, 3 * ((row + 1) * width - 1))
            while left < right {
                for channel in 0..<3 { pixels.swapAt(left + channel, right + channel) }
                (left, right) = (left + 3, right - 3)
            }
        }
    }

    /// Mirrors top and bottom.
    mutating func flipVertically() {
        let line = 3 * width
        for row in 0..<(height / 2) {
            let (upper, lower) = (row * line, (height - 1 - row) * line)
            for index in 0..<line { pixels.swapAt(upper + index, lower + index) }
        }
    }
}

extension RGBImage {
    /// The picture with its aspect kept and its longer side at most `side`.
    /// - Parameter enlarges: whether a smaller picture becomes as large.
    public func fitted(side: Int, enlarges: Bool = false) -> RGBImage {
        let longer = max(width, height)
        guard longer > side || enlarges else { return self }
        return resized(
            width: max(1, width * side / longer), height: max(1, height * side / longer))
    }
}
