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
        let ranking = FloatRanking(voxels) { $0 > 0 }
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
