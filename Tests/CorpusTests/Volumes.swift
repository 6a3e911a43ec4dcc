import CambiumFiles

/// A NIfTI-1 file of unsigned bytes in RAS: a bright ellipsoid whose values differ everywhere.
func niftiVolume(_ width: Int, _ depth: Int, _ height: Int, shift: Int = 0) -> [UInt8] {
    var header = [UInt8](repeating: 0, count: 352)
    func put(_ value: Int16, at offset: Int) {
        withUnsafeBytes(of: value.littleEndian) {
            header.replaceSubrange(offset..<(offset + 2), with: $0)
        }
    }
    func put(_ value: Float, at offset: Int) {
        withUnsafeBytes(of: value.bitPattern.littleEndian) {
            header.replaceSubrange(offset..<(offset + 4), with: $0)
        }
    }
    header.replaceSubrange(0..<4, with: [92, 1, 0, 0])
    for (index, value) in [3, width, depth, height, 1, 1, 1, 1].enumerated() {
        put(Int16(value), at: 40 + 2 * index)
    }
    put(Int16(2), at: 70)
    put(Int16(8), at: 72)
    for index in 0..<4 { put(Float(1), at: 76 + 4 * index) }
    put(Float(352), at: 108)
    put(Int16(1), at: 254)
    for axis in 0..<3 { put(Float(1), at: 280 + 16 * axis + 4 * axis) }
    header.replaceSubrange(344..<348, with: Array("n+1\0".utf8))
    var voxels: [UInt8] = []
    for k in 0..<height {
        for j in 0..<depth {
            for i in 0..<width {
                let distance =
                    centred(i, width) + centred(j, depth) + centred(k, height)
                let value = 60 + (i * 7 + j * 5 + k * 3 + shift) % 190
                voxels.append(distance < 1 ? UInt8(value) : 0)
            }
        }
    }
    return header + voxels
}

/// The squared place of a voxel along an axis, 0 in the middle and 1 at the ends.
private func centred(_ index: Int, _ size: Int) -> Double {
    let place = (2 * Double(index) + 1) / Double(size) - 1
    return place * place
}
