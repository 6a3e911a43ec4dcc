import Glibc

/// The 8 x 8 inverse cosine transform of JPEG (ITU T.81, A.3.3), in single precision.
enum CosineTransform {
    /// Where the coefficients of the zigzag stand in the block.
    static let zigzag: [Int] = (0..<64).sorted { a, b in
        let (i, j) = (a / 8 + a % 8, b / 8 + b % 8)
        if i != j { return i < j }
        return i % 2 == 0 ? a / 8 > b / 8 : a / 8 < b / 8
    }

    /// `waves[x * 8 + u]`: C(u) / 2 cos((2x + 1) u pi / 16).
    private static let waves: [Float] = (0..<64).map { index in
        let (x, u) = (Double(index / 8), Double(index % 8))
        return Float((u == 0 ? 0.5.squareRoot() : 1) / 2 * cos((2 * x + 1) * u * .pi / 16))
    }

    /// Coefficients to samples, both row by row.
    static func inverse(_ block: [Float]) -> [Float] {
        transposed(rows(transposed(rows(block))))
    }

    private static func rows(_ block: [Float]) -> [Float] {
        var out = [Float](repeating: 0, count: 64)
        for row in stride(from: 0, to: 64, by: 8) {
            for x in 0..<8 {
                var sum: Float = 0
                for u in 0..<8 { sum += waves[x * 8 + u] * block[row + u] }
                out[row + x] = sum
            }
        }
        return out
    }

    private static func transposed(_ block: [Float]) -> [Float] {
        (0..<64).map { block[$0 % 8 * 8 + $0 / 8] }
    }
}
