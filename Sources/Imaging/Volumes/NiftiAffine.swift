/// Where voxels lie in the scanner: a header's sform, else its qform, else its voxel sizes.
enum NiftiAffine {
    /// Rows of `[R | t]`. Without sform and qform this is what nibabel (and ANALYZE before it)
    /// assumes: first axis from right to left, origin in the middle.
    static func of(_ fields: HeaderFields, dimensions: [Int]) throws(ImageError) -> [[Double]] {
        if fields.int16(254) > 0 { return sform(fields) }
        if fields.int16(252) > 0 { return try qform(fields) }
        return sizesOnly(fields, dimensions)
    }

    private static func sform(_ fields: HeaderFields) -> [[Double]] {
        (0..<3).map { row in (0..<4).map { Double(fields.float(280 + 16 * row + 4 * $0)) } }
    }

    private static func sizesOnly(_ fields: HeaderFields, _ dimensions: [Int]) -> [[Double]] {
        (0..<3).map { axis in
            let size = Double(fields.float(80 + 4 * axis)) * (axis == 0 ? -1 : 1)
            var row = [0.0, 0, 0, -size * Double(dimensions[axis] - 1) / 2]
            row[axis] = size
            return row
        }
    }

    /// The rotation of the quaternion (1 - |bcd|^2, b, c, d), columns times voxel sizes.
    private static func qform(_ fields: HeaderFields) throws(ImageError) -> [[Double]] {
        let (b, c, d) = (
            Double(fields.float(256)), Double(fields.float(260)), Double(fields.float(264))
        )
        let rest = 1 - (b * b + c * c + d * d)
        // Single precision numbers in the header may overshoot the unit sphere by this much.
        guard rest > -4e-7 else {
            throw .volume(
                detail: "broken NIfTI header: quatern_b, c, d (\(b), \(c), \(d)) are longer "
                    + "than 1; set a valid qform")
        }
        let rotation = rotation(max(rest, 0).squareRoot(), b, c, d)
        let last = fields.float(76) == -1 ? -1.0 : 1.0
        let sizes = (0..<3).map { Double(fields.float(80 + 4 * $0)) * ($0 == 2 ? last : 1) }
        return (0..<3).map { row in
            (0..<3).map { rotation[row][$0] * sizes[$0] } + [Double(fields.float(268 + 4 * row))]
        }
    }

    private static func rotation(
        _ a: Double, _ b: Double, _ c: Double, _ d: Double
    ) -> [[Double]] {
        let scale = 2 / (a * a + b * b + c * c + d * d)
        return [
            [1 - scale * (c * c + d * d), scale * (b * c - a * d), scale * (b * d + a * c)],
            [scale * (b * c + a * d), 1 - scale * (b * b + d * d), scale * (c * d - a * b)],
            [scale * (b * d - a * c), scale * (c * d + a * b), 1 - scale * (b * b + c * c)],
        ]
    }
}
