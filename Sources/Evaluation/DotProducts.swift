/// Rows of float32 laid out for the product below: four lanes a step, zeros to the end, and rows
/// of zeros up to a multiple of four.
struct PackedRows: Sendable {
    let count: Int
    /// SIMD steps a row.
    let steps: Int
    let lanes: [SIMD4<Float>]

    static let group = 4

    init(count: Int, dimension: Int, value: (_ row: Int, _ column: Int) -> Float) {
        let steps = (dimension + 3) / 4
        let rows = (count + Self.group - 1) / Self.group * Self.group
        var lanes = [SIMD4<Float>](repeating: .zero, count: rows * steps)
        for row in 0..<count {
            for column in 0..<dimension {
                lanes[row * steps + column / 4][column % 4] = value(row, column)
            }
        }
        (self.count, self.steps, self.lanes) = (count, steps, lanes)
    }
}

/// Dot products of all pairs of rows, in float32.
enum DotProducts {
    /// `output[q * right.count + t]` for the rows `range` of `left`, which begins at a multiple
    /// of four. Eight sums stay in registers, so each value that is loaded is used several times.
    static func fill(
        _ output: inout [Float], _ left: PackedRows, _ range: Range<Int>, _ right: PackedRows
    ) {
        let (steps, width) = (left.steps, right.count)
        output.withUnsafeMutableBufferPointer { output in
            left.lanes.withUnsafeBufferPointer { left in
                right.lanes.withUnsafeBufferPointer { right in
                    for t in stride(from: 0, to: width, by: 2) {
                        for q in stride(from: range.lowerBound, to: range.upperBound, by: 4) {
                            let sums = block(left, q * steps, right, t * steps, steps)
                            for row in 0..<min(4, range.upperBound - q) {
                                let start = (q - range.lowerBound + row) * width + t
                                output[start] = sums.0[row]
                                if t + 1 < width { output[start + 1] = sums.1[row] }
                            }
                        }
                    }
                }
            }
        }
    }

    /// Four rows of the left by two of the right.
    @inline(__always)
    private static func block(
        _ left: UnsafeBufferPointer<SIMD4<Float>>, _ q: Int,
        _ right: UnsafeBufferPointer<SIMD4<Float>>, _ t: Int, _ steps: Int
    ) -> (SIMD4<Float>, SIMD4<Float>) {
        var (a0, a1, a2, a3) = (
            SIMD4<Float>.zero, SIMD4<Float>.zero, SIMD4<Float>.zero, SIMD4<Float>.zero
        )
        var (b0, b1, b2, b3) = (a0, a1, a2, a3)
        for step in 0..<steps {
            let (x, y) = (right[t + step], right[t + steps + step])
            let (q0, q1) = (left[q + step], left[q + steps + step])
            a0 += q0 * x
            b0 += q0 * y
            a1 += q1 * x
            b1 += q1 * y
            let (q2, q3) = (left[q + 2 * steps + step], left[q + 3 * steps + step])
            a2 += q2 * x
            b2 += q2 * y
            a3 += q3 * x
            b3 += q3 * y
        }
        return (
            SIMD4(a0.sum(), a1.sum(), a2.sum(), a3.sum()),
            SIMD4(b0.sum(), b1.sum(), b2.sum(), b3.sum())
        )
    }
}
