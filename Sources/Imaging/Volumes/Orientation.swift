/// Which anatomical axis each voxel axis runs along, and whether backwards: the closest to a
/// volume's affine, as nibabel's `io_orientation` finds it.
package struct Orientation: Equatable {
    /// Anatomical axis (0 right, 1 front, 2 up) of each voxel axis.
    package let targets: [Int]
    /// Whether the voxel axis runs towards left, back or down.
    package let flipped: [Bool]

    /// The orientation of the upper 3 x 3 of an affine.
    package init(_ affine: [[Double]]) throws(ImageError) {
        let columns = (0..<3).map { axis in Self.unit((0..<3).map { affine[$0][axis] }) }
        let nearest = try Self.nearestRotation(columns)
        var targets = [0, 0, 0]
        var flipped = [false, false, false]
        var free: Set = [0, 1, 2]
        // From the most to the least decided axis; each anatomical axis is given away once.
        let order = (0..<3).sorted { Self.strength(nearest[$0]) > Self.strength(nearest[$1]) }
        for axis in order {
            let column = nearest[axis]
            guard let target = free.sorted().max(by: { abs(column[$0]) < abs(column[$1]) }) else {
                break
            }
            free.remove(target)
            targets[axis] = target
            flipped[axis] = column[target] < 0
        }
        self.targets = targets
        self.flipped = flipped
    }

    private static func unit(_ column: [Double]) -> [Double] {
        let length = column.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return column.map { $0 / length }
    }

    private static func strength(_ column: [Double]) -> Double {
        column.map(abs).max() ?? 0
    }

    /// The orthogonal matrix closest to the given columns (polar decomposition by Newton's
    /// iteration, Higham 1986): `X <- (X + X^-T) / 2`.
    private static func nearestRotation(_ columns: [[Double]]) throws(ImageError) -> [[Double]] {
        var current = columns
        for _ in 0..<64 {
            let inverse = try inverseTransposed(current)
            let next = (0..<3).map { c in (0..<3).map { (current[c][$0] + inverse[c][$0]) / 2 } }
            let change = zip(next.joined(), current.joined()).map { abs($0 - $1) }.max() ?? 0
            current = next
            if change < 1e-14 { break }
        }
        return current
    }

    /// Columns of the inverse transposed: cross products of the others over the determinant.
    private static func inverseTransposed(
        _ columns: [[Double]]
    ) throws(ImageError) -> [[Double]] {
        let crosses = (0..<3).map { cross(columns[($0 + 1) % 3], columns[($0 + 2) % 3]) }
        let determinant = zip(columns[0], crosses[0]).reduce(0) { $0 + $1.0 * $1.1 }
        guard determinant.isFinite, abs(determinant) > 1e-9 else {
            throw .volume(
                detail: "the orientation in the NIfTI header is singular; set a valid sform")
        }
        return crosses.map { $0.map { $0 / determinant } }
    }

    private static func cross(_ a: [Double], _ b: [Double]) -> [Double] {
        [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
    }
}

extension NiftiVolume {
    /// The same volume with its axes running to the right, to the front and up (RAS), by
    /// permutation and flips only: nibabel's `as_closest_canonical`.
    /// - Throws: ``ImageError/volume(detail:)`` when the header's orientation is singular.
    public func reorientedToRAS() throws(ImageError) -> NiftiVolume {
        let orientation = try Orientation(affine)
        if orientation.targets == [0, 1, 2], !orientation.flipped.contains(true) { return self }
        // For each anatomical axis, the voxel axis that becomes it.
        let sources = (0..<3).map { target in
            orientation.targets.firstIndex(of: target) ?? target
        }
        let sizes = sources.map { dimensions[$0] }
        let strides = [1, dimensions[0], dimensions[0] * dimensions[1]]
        let steps = sources.map { orientation.flipped[$0] ? -strides[$0] : strides[$0] }
        let start = (0..<3).reduce(0) { sum, axis in
            orientation.flipped[axis] ? sum + (dimensions[axis] - 1) * strides[axis] : sum
        }
        return NiftiVolume(
            dimensions: sizes, voxelSizes: sources.map { voxelSizes[$0] },
            affine: reorientedAffine(sources, orientation.flipped),
            voxels: gathered(sizes, steps, from: start))
    }

    private func gathered(_ sizes: [Int], _ steps: [Int], from start: Int) -> [Float] {
        [Float](unsafeUninitializedCapacity: voxels.count) { buffer, filled in
            var next = 0
            for k in 0..<sizes[2] {
                for j in 0..<sizes[1] {
                    var source = start + k * steps[2] + j * steps[1]
                    for _ in 0..<sizes[0] {
                        buffer[next] = voxels[source]
                        next += 1
                        source += steps[0]
                    }
                }
            }
            filled = next
        }
    }

    /// A flipped axis starts at the voxel that was its last.
    private func reorientedAffine(_ sources: [Int], _ flipped: [Bool]) -> [[Double]] {
        affine.map { row in
            let shift = (0..<3).reduce(row[3]) { sum, axis in
                flipped[axis] ? sum + row[axis] * Double(dimensions[axis] - 1) : sum
            }
            return sources.map { flipped[$0] ? -row[$0] : row[$0] } + [shift]
        }
    }
}
