/// Stored voxels of any type and byte order to scaled single precision.
struct VoxelConverter {
    private let header: NiftiHeader

    init(_ header: NiftiHeader) { self.header = header }

    /// Converts whole voxels; `out` has room for `stored.count / type.size` values.
    func convert(_ stored: UnsafeRawBufferPointer, to out: UnsafeMutableBufferPointer<Float>) {
        switch header.type {
        case .uint8: convert(stored, out, as: UInt8.self)
        case .int8: convert(stored, out, as: UInt8.self) { Double(Int8(bitPattern: $0)) }
        case .int16: convert(stored, out, as: UInt16.self) { Double(Int16(bitPattern: $0)) }
        case .uint16: convert(stored, out, as: UInt16.self)
        case .int32: convert(stored, out, as: UInt32.self) { Double(Int32(bitPattern: $0)) }
        case .uint32: convert(stored, out, as: UInt32.self)
        case .float32: convert(stored, out, as: UInt32.self) { Double(Float(bitPattern: $0)) }
        case .float64: convert(stored, out, as: UInt64.self) { Double(bitPattern: $0) }
        }
    }

    private func convert<Bits: FixedWidthInteger>(
        _ stored: UnsafeRawBufferPointer, _ out: UnsafeMutableBufferPointer<Float>,
        as type: Bits.Type, number: (Bits) -> Double = { Double($0) }
    ) {
        let size = MemoryLayout<Bits>.size
        let (slope, shift) = header.scaling ?? (1, 0)
        for index in 0..<(stored.count / size) {
            let raw = stored.loadUnaligned(fromByteOffset: index * size, as: Bits.self)
            let bits = header.swapped ? Bits(bigEndian: raw) : Bits(littleEndian: raw)
            // In double precision, as nibabel scales.
            let value = number(bits)
            out[index] = Float(header.scaling == nil ? value : value * slope + shift)
        }
    }

    /// All voxels from gzip data, a mebibyte at a time.
    func unpack(_ reader: inout GzipReader) throws(ImageError) -> [Float] {
        let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 8)
        defer { chunk.deallocate() }
        var voxels = [Float](repeating: 0, count: header.voxels)
        var done = 0
        while done < header.voxels {
            let step = min(header.voxels - done, chunk.count / header.type.size)
            let part = UnsafeMutableRawBufferPointer(rebasing: chunk[..<(step * header.type.size)])
            try reader.fill(part)
            voxels.withUnsafeMutableBufferPointer { all in
                let out = UnsafeMutableBufferPointer(rebasing: all[done..<(done + step)])
                convert(UnsafeRawBufferPointer(part), to: out)
            }
            done += step
        }
        return voxels
    }
}
