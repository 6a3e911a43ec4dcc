/// A grey picture of 16 bits, big-endian, on its way to 8 by a recipe.
struct DeepGrey {
    let width: Int
    let height: Int
    let values: [UInt8]

    private func value(_ pixel: Int) -> Int {
        Int(values[2 * pixel]) << 8 | Int(values[2 * pixel + 1])
    }

    /// The picture; the file itself says nothing of how it should be looked at.
    func image(_ recipe: IntensityRecipe) -> RGBImage {
        let map = map(recipe)
        let greys = (0...Int(UInt16.max)).map { map.grey(Double($0)) }
        return RGBImage(
            width: width, height: height, grey: (0..<width * height).map { greys[value($0)] })
    }

    private func map(_ recipe: IntensityRecipe) -> GreyMap {
        switch recipe {
        case .window(let center, let width):
            return .window(center: center, width: width, .linear)
        case .percentiles(let low, let high):
            var counts = [Int](repeating: 0, count: 1 << 16)
            for pixel in 0..<width * height { counts[value(pixel)] += 1 }
            let ranking = ValueCounts(
                counts.enumerated().filter { $0.element > 0 }
                    .map { (Double($0.offset), $0.element) })
            return .range(low: ranking.percentile(low), high: ranking.percentile(high))
        case .full: return .range(low: 0, high: 65535)
        // Pillow's clipping.
        case .auto: return .range(low: 0, high: 255)
        }
    }
}
