/// The range of values that becomes black to white.
public struct IntensityWindow: Sendable, Equatable {
    /// The value that becomes 0.
    public let low: Double
    /// The value that becomes 255.
    public let high: Double

    /// A window by its ends.
    /// - Throws: ``ImageError`` unless `low` is below `high` and both are finite.
    public init(low: Double, high: Double) throws(ImageError) {
        guard low.isFinite, high.isFinite, low < high else {
            throw .volume(detail: "no contrast between \(low) and \(high); choose another window")
        }
        self.low = low
        self.high = high
    }

    /// The window between two percentiles of the voxels above zero, so that air around the head
    /// does not count. Percentiles as numpy's `percentile` (linear) gives them for float32.
    /// - Throws: ``ImageError`` when no voxel is above zero or all of them are equal.
    public init(
        ofPositive voxels: [Float], percentiles: ClosedRange<Double> = 1...99
    ) throws(ImageError) {
        guard percentiles.lowerBound >= 0, percentiles.upperBound <= 100 else {
            throw .volume(detail: "percentiles \(percentiles) are not within 0...100")
        }
        let ranking = PositiveRanking(voxels)
        guard ranking.count > 0 else { throw .volume(detail: "no voxel is above zero") }
        try self.init(
            low: ranking.quantile(percentiles.lowerBound / 100),
            high: ranking.quantile(percentiles.upperBound / 100))
    }

    /// The place of a value in the window, 0 to 1, clipped.
    public func fraction(_ value: Float) -> Double {
        let fraction = (Double(value) - low) / (high - low)
        return fraction > 0 ? min(fraction, 1) : 0
    }

    /// The grey level of a value: its fraction times 255, cut off below the point as numpy's
    /// conversion to uint8 does.
    public func grey(_ value: Float) -> UInt8 {
        UInt8(fraction(value) * 255)
    }

    /// A cut as a grey picture.
    public func image(_ slice: VolumeSlice) -> RGBImage {
        RGBImage(width: slice.width, height: slice.height, grey: slice.values.map(grey))
    }
}

/// Order statistics of the values above zero by two counting passes: positive floats sort like
/// their bit patterns, so half of the bits finds the bin and the other half the value.
private struct PositiveRanking {
    let voxels: [Float]
    private let bins: [Int]
    let count: Int

    init(_ voxels: [Float]) {
        var bins = [Int](repeating: 0, count: 1 << 16)
        for voxel in voxels where voxel > 0 { bins[Int(voxel.bitPattern >> 16)] += 1 }
        self.voxels = voxels
        self.bins = bins
        count = bins.reduce(0, +)
    }

    /// numpy's linear interpolation, with the difference in single precision as numpy has it.
    func quantile(_ fraction: Double) -> Double {
        let place = Double(count - 1) * fraction
        let below = min(Int(place), count - 1)
        let part = place - Double(below)
        let a = value(rank: below)
        let b = value(rank: min(below + 1, count - 1))
        let difference = Double(b - a)
        return part >= 0.5 ? Double(b) - difference * (1 - part) : Double(a) + difference * part
    }

    private func value(rank: Int) -> Float {
        let (upper, rest) = Self.locate(rank, in: bins)
        var fine = [Int](repeating: 0, count: 1 << 16)
        for voxel in voxels where voxel > 0 && Int(voxel.bitPattern >> 16) == upper {
            fine[Int(voxel.bitPattern & 0xFFFF)] += 1
        }
        let (lower, _) = Self.locate(rest, in: fine)
        return Float(bitPattern: UInt32(upper << 16 | lower))
    }

    private static func locate(_ rank: Int, in bins: [Int]) -> (bin: Int, rest: Int) {
        var rest = rank
        for (bin, count) in bins.enumerated() {
            if rest < count { return (bin, rest) }
            rest -= count
        }
        return (bins.count - 1, 0)
    }
}
