/// Order statistics of many floats by counting passes, without a sorted copy: floats sort like
/// their bit patterns (negative ones backwards), so half of the bits finds the bin and the other
/// half the value.
struct FloatRanking {
    private let voxels: [Float]
    private let counts: @Sendable (Float) -> Bool
    private let bins: [Int]
    /// How many values count.
    let count: Int

    /// - Parameter counts: which values count; never those that are no number.
    init(_ voxels: [Float], where counts: @escaping @Sendable (Float) -> Bool) {
        var bins = [Int](repeating: 0, count: 1 << 16)
        for voxel in voxels where counts(voxel) { bins[Int(Self.key(voxel) >> 16)] += 1 }
        (self.voxels, self.counts, self.bins) = (voxels, counts, bins)
        count = bins.reduce(0, +)
    }

    /// Rises with the value.
    private static func key(_ value: Float) -> UInt32 {
        let bits = value.bitPattern
        return bits >> 31 == 0 ? bits | 1 << 31 : ~bits
    }

    private static func value(_ key: UInt32) -> Float {
        Float(bitPattern: key >> 31 == 1 ? key & ~(1 << 31) : ~key)
    }

    /// numpy's linear interpolation, with the difference in single precision as numpy has it.
    /// - Precondition: some value counts.
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
        for voxel in voxels where counts(voxel) {
            let key = Self.key(voxel)
            if Int(key >> 16) == upper { fine[Int(key & 0xFFFF)] += 1 }
        }
        let (lower, _) = Self.locate(rest, in: fine)
        return Self.value(UInt32(upper << 16 | lower))
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
