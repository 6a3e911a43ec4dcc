import CambiumFiles
import CambiumImaging
import Foundation
import Testing

@Suite struct OrientationTests {
    private static let orders = [
        [0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0],
    ]

    /// A turn by small angles about all three axes.
    private func turn(_ angles: [Double]) -> [[Double]] {
        var matrix = [[1.0, 0, 0], [0, 1, 0], [0, 0, 1]]
        for (axis, angle) in angles.enumerated() {
            let (a, b) = ((axis + 1) % 3, (axis + 2) % 3)
            for row in 0..<3 {
                let (x, y) = (matrix[row][a], matrix[row][b])
                matrix[row][a] = x * cos(angle) - y * sin(angle)
                matrix[row][b] = x * sin(angle) + y * cos(angle)
            }
        }
        return matrix
    }

    /// A volume whose voxel axis `a` runs along the anatomical axis `targets[a]`, nearly.
    private func volume(
        _ targets: [Int], _ flips: Int, _ generator: inout SeededGenerator
    ) -> NiftiVolume {
        let turn = turn((0..<3).map { _ in generator.uniform(in: -0.3...0.3) })
        let sizes = (0..<3).map { _ in generator.uniform(in: 0.5...3) }
        var affine = (0..<3).map { _ in
            [0, 0, 0, generator.uniform(in: -90...90)]
        }
        for axis in 0..<3 {
            let sign: Double = flips >> axis & 1 == 1 ? -1 : 1
            for row in 0..<3 { affine[row][axis] = sign * sizes[axis] * turn[row][targets[axis]] }
        }
        let dimensions = [3, 4, 5]
        return NiftiVolume(
            dimensions: dimensions, voxelSizes: sizes, affine: affine,
            voxels: (0..<60).map { _ in Float(generator.uniform()) })
    }

    /// Every voxel's value and where it lies in millimetres, in the order of the values.
    private func places(_ volume: NiftiVolume) -> [(value: Float, place: [Double])] {
        let sizes = volume.dimensions
        return volume.voxels.indices.map { index -> (value: Float, place: [Double]) in
            let at = [
                index % sizes[0], index / sizes[0] % sizes[1], index / (sizes[0] * sizes[1]),
            ].map(Double.init)
            let place = volume.affine.map { row in
                row[3] + (0..<3).reduce(0) { $0 + row[$1] * at[$1] }
            }
            return (volume.voxels[index], place)
        }.sorted { $0.value < $1.value }
    }

    @Test func `all 48 ways to lie are recognised, also where the axes are turned a little`()
        throws
    {
        var generator = SeededGenerator(seed: 4)
        for targets in Self.orders {
            for flips in 0..<8 {
                let volume = volume(targets, flips, &generator)
                let orientation = try Orientation(volume.affine)
                #expect(orientation.targets == targets)
                #expect(orientation.flipped == (0..<3).map { flips >> $0 & 1 == 1 })
            }
        }
    }

    @Test func `turned to RAS every value stays where it is in the patient`() throws {
        var generator = SeededGenerator(seed: 6)
        for targets in Self.orders {
            for flips in 0..<8 {
                let volume = volume(targets, flips, &generator)
                let turned = try volume.reorientedToRAS()
                let orientation = try Orientation(turned.affine)
                #expect(orientation.targets == [0, 1, 2])
                #expect(orientation.flipped == [false, false, false])
                for axis in 0..<3 {
                    #expect(turned.dimensions[targets[axis]] == volume.dimensions[axis])
                    #expect(turned.voxelSizes[targets[axis]] == volume.voxelSizes[axis])
                }
                for (before, after) in zip(places(volume), places(turned)) {
                    #expect(before.value == after.value)
                    let shift = zip(before.place, after.place).map { abs($0 - $1) }.max() ?? 1
                    #expect(shift < 1e-9)
                }
            }
        }
    }

    /// Between two axes the nearest rotation decides, not the largest entry: two voxel axes that
    /// both run to the right more than anywhere else.
    @Test func `each anatomical axis is given away once`() throws {
        let affine = [[1.0, 0.9, 0, 0], [0.1, 0.5, 0, 0], [0, 0, 1, 0]]
        #expect(try Orientation(affine).targets == [0, 1, 2])
        let exchanged = [[0.9, 1.0, 0, 0], [0.5, 0.1, 0, 0], [0, 0, 1, 0]]
        #expect(try Orientation(exchanged).targets == [1, 0, 2])
    }

    @Test(arguments: [
        [[0.0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]],
        [[1.0, 2, 0, 0], [1, 2, 0, 0], [0, 0, 1, 0]],
        [[1.0, 1, 0, 0], [0, 1e-10, 0, 0], [0, 0, 1, 0]],
        [[Double.nan, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0]],
        [[Double.infinity, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0]],
    ])
    func `a header without three directions is refused`(affine: [[Double]]) {
        #expect(throws: ImageError.self) { try Orientation(affine) }
    }

    /// The columns' lengths and shears do not decide, the rotation nearest to their directions does.
    @Test func `sheared axes of unequal lengths go where the nearest rotation sends them`() throws {
        let affine = [[-3.0, -4, -4, 0], [1, -4, 2, 0], [-4, 4, -1, 0]]
        #expect(try Orientation(affine).targets == [2, 1, 0])
    }

    @Test func `however the axes are turned, each gets one, the most decided its own first`() throws
    {
        var generator = SeededGenerator(seed: 12)
        for _ in 0..<2000 {
            let turn = turn((0..<3).map { _ in generator.uniform(in: -3...3) })
            let orientation = try Orientation(turn.map { $0 + [0] })
            #expect(orientation.targets.sorted() == [0, 1, 2])
            let entries = (0..<9).map {
                (axis: $0 % 3, row: $0 / 3, size: abs(turn[$0 / 3][$0 % 3]))
            }
            let most = try #require(entries.max { $0.size < $1.size })
            #expect(orientation.targets[most.axis] == most.row)
            #expect(orientation.flipped[most.axis] == (turn[most.row][most.axis] < 0))
        }
    }
}
