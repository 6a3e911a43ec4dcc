/// Pillow's `ImageEnhance` and `ImageOps` on 8-bit colour pictures, to the last bit.
extension RGBImage {
    /// Away from another picture of the same size for factors above 1, towards it below: single
    /// precision, cut off, the rest of a level dropped (Pillow's `Image.blend`).
    func blended(from other: RGBImage, by factor: Float) -> RGBImage {
        var result = self
        for index in pixels.indices {
            let from = Float(other.pixels[index])
            let value = from + factor * (Float(pixels[index]) - from)
            result.pixels[index] = Self.byte(value)
        }
        return result
    }

    /// Every level through a function.
    func mapped(_ level: (UInt8) -> UInt8) -> RGBImage {
        let table = (0...255).map { level(UInt8($0)) }
        var result = self
        for index in pixels.indices { result.pixels[index] = table[Int(pixels[index])] }
        return result
    }

    /// Every channel through the table that a function makes of its histogram.
    func mappedByChannel(_ table: ([Int]) -> [UInt8]) -> RGBImage {
        var result = self
        for channel in 0..<3 {
            let table = table(histogram(channel))
            for index in stride(from: channel, to: pixels.count, by: 3) {
                result.pixels[index] = table[Int(pixels[index])]
            }
        }
        return result
    }

    /// Each pixel's grey in all channels (ITU-R 601, as Pillow's `convert("L")`).
    var greyed: RGBImage {
        RGBImage(width: width, height: height, grey: greys)
    }

    /// The mean grey, rounded.
    var meanGrey: UInt8 {
        let levels = greys
        let total = levels.reduce(0) { $0 + Int($1) }
        return UInt8(Double(total) / Double(levels.count) + 0.5)
    }

    /// The 3 x 3 mean with the centre five times, the border as it is (Pillow's `SMOOTH`).
    var smoothed: RGBImage {
        guard width >= 3, height >= 3 else { return self }
        var result = self
        let (outer, center) = (Float(1) / 13, Float(5) / 13)
        let line = 3 * width
        for row in 1..<(height - 1) {
            for index in (row * line + 3)..<((row + 1) * line - 3) {
                // In Pillow's order: additions of single precision do not commute with brackets.
                var sum: Float = 0.5
                sum += triple(index + line, outer, outer)
                sum += triple(index, outer, center)
                sum += triple(index - line, outer, outer)
                result.pixels[index] = Self.byte(sum)
            }
        }
        return result
    }

    /// The upper bits of each level.
    func posterized(bits: Int) -> RGBImage {
        let mask = ~UInt8(truncatingIfNeeded: (1 << (8 - bits)) - 1)
        return mapped { $0 & mask }
    }

    /// The table of Pillow's `autocontrast`: the darkest level to black, the lightest to white.
    static func stretch(_ histogram: [Int]) -> [UInt8] {
        guard let low = histogram.firstIndex(where: { $0 > 0 }),
            let high = histogram.lastIndex(where: { $0 > 0 }), high > low
        else { return Array(0...255) }
        let scale = 255 / Double(high - low)
        let offset = -Double(low) * scale
        return (0...255).map { UInt8(min(max(Double($0) * scale + offset, 0), 255)) }
    }

    /// The table of Pillow's `equalize`.
    static func equalization(_ histogram: [Int]) -> [UInt8] {
        let last = histogram.last { $0 > 0 } ?? 0
        let step = (histogram.reduce(0, +) - last) / 255
        guard step > 0 else { return Array(0...255) }
        var sum = step / 2
        return histogram.map { count in
            defer { sum += count }
            return UInt8(min(sum / step, 255))
        }
    }

    private var greys: [UInt8] {
        stride(from: 0, to: pixels.count, by: 3).map { place in
            var sum = 0x8000
            sum += 19_595 * Int(pixels[place])
            sum += 38_470 * Int(pixels[place + 1])
            sum += 7471 * Int(pixels[place + 2])
            return UInt8(sum >> 16)
        }
    }

    private func histogram(_ channel: Int) -> [Int] {
        var counts = [Int](repeating: 0, count: 256)
        for index in stride(from: channel, to: pixels.count, by: 3) {
            counts[Int(pixels[index])] += 1
        }
        return counts
    }

    @inline(__always)
    private func triple(_ index: Int, _ side: Float, _ center: Float) -> Float {
        Float(pixels[index - 3]) * side + Float(pixels[index]) * center
            + Float(pixels[index + 3]) * side
    }

    @inline(__always)
    private static func byte(_ value: Float) -> UInt8 { UInt8(min(max(value, 0), 255)) }
}
