/// Which inputs each output position of one axis sums, and with what weights: Pillow 11's
/// antialiased bicubic (a = -0.5) in 22-bit fixed point.
///
/// Every rounding is Pillow's (`Resample.c`), so that the bytes are: the box in single precision,
/// weights in double precision, normalised, then rounded half away from zero.
struct BicubicWeights {
    /// First input and number of inputs of each output.
    private(set) var starts: [Int32] = []
    private(set) var counts: [Int32] = []
    /// `[outputs, taps]`; the entries beyond an output's count are zero.
    private(set) var weights: [Int32] = []
    let taps: Int

    private static let support = 2.0
    private static let one = Double(1 << 22)

    /// Weights for `output` positions over the part `from..<to` of an axis of `input` positions.
    init(input: Int, from: Float, to: Float, output: Int) {
        let scale = Double(to - from) / Double(output)
        let stretch = max(scale, 1)
        let reach = Self.support * stretch
        taps = min(Int(reach.rounded(.up)) * 2 + 1, input)
        starts.reserveCapacity(output)
        counts.reserveCapacity(output)
        weights.reserveCapacity(output * taps)
        for position in 0..<output {
            let center = Double(from) + (Double(position) + 0.5) * scale
            let first = max(Int(center - reach + 0.5), 0)
            let last = min(Int(center + reach + 0.5), input)
            append(first..<last, center: center, stretch: stretch)
        }
    }

    /// Renumbers the inputs, for an image whose first rows were left out.
    mutating func move(by offset: Int) {
        for index in starts.indices { starts[index] += Int32(offset) }
    }

    private mutating func append(_ inputs: Range<Int>, center: Double, stretch: Double) {
        let inverse = 1 / stretch
        let raw = inputs.map { Self.bicubic((Double($0) - center + 0.5) * inverse) }
        let total = raw.reduce(0, +)
        for value in raw { weights.append(Self.fixed(total == 0 ? value : value / total)) }
        weights.append(contentsOf: repeatElement(0, count: taps - inputs.count))
        starts.append(Int32(inputs.lowerBound))
        counts.append(Int32(inputs.count))
    }

    private static func fixed(_ weight: Double) -> Int32 {
        Int32(weight < 0 ? -0.5 + weight * one : 0.5 + weight * one)
    }

    private static func bicubic(_ distance: Double) -> Double {
        let x = abs(distance)
        if x < 1 { return ((-0.5 + 2) * x - (-0.5 + 3)) * x * x + 1 }
        if x < 2 { return (((x - 5) * x + 8) * x - 4) * -0.5 }
        return 0
    }
}
