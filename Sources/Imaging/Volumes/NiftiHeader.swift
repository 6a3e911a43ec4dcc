/// The 348 bytes of a NIfTI-1 header that Cambium uses, checked: sizes are positive and their
/// product fits, the type is known, nothing is allocated yet.
struct NiftiHeader {
    let dimensions: [Int]
    let voxelSizes: [Double]
    let type: NiftiType
    let swapped: Bool
    /// Where the voxels begin in the (unpacked) file.
    let offset: Int
    /// Scale and shift of stored values; nil when the header asks for none.
    let scaling: (slope: Double, shift: Double)?
    /// Rows of `[R | t]`: voxel indices to millimetres.
    let affine: [[Double]]
    /// `cal_min` and `cal_max`: what should be black and white, nil when the header does not say.
    let display: (low: Double, high: Double)?

    static let size = 348
    /// Half a billion: 2 GiB of voxels in memory.
    static let mostVoxels = 1 << 29

    var voxels: Int { dimensions.reduce(1, *) }
    var bytes: Int { voxels * type.size }

    /// Reads the first 348 bytes of a file.
    init(_ bytes: UnsafeRawBufferPointer) throws(ImageError) {
        guard bytes.count >= Self.size else {
            throw .volume(detail: "\(bytes.count) bytes are too few for a NIfTI header (348)")
        }
        let fields = try HeaderFields(bytes)
        swapped = fields.swapped
        dimensions = try Self.dimensions(fields)
        type = try NiftiType.of(code: fields.int16(70))
        offset = try Self.offset(fields)
        scaling = try Self.scaling(fields)
        voxelSizes = (1...3).map { abs(Double(fields.float(76 + 4 * $0))) }
        affine = try NiftiAffine.of(fields, dimensions: dimensions)
        let (low, high) = (Double(fields.float(128)), Double(fields.float(124)))
        display = low.isFinite && high.isFinite && low < high ? (low, high) : nil
        guard dimensions.reduce(1, *) <= Self.mostVoxels else {
            throw .volume(
                detail: "\(dimensions) voxels are more than the limit of \(Self.mostVoxels); "
                    + "resample the volume")
        }
    }

    /// The values that the stored bits can have, scaled; nil for floating-point numbers.
    var expressible: (low: Double, high: Double)? {
        guard let range = type.range else { return nil }
        let (slope, shift) = scaling ?? (1, 0)
        let ends = [range.lowerBound * slope + shift, range.upperBound * slope + shift]
        return (min(ends[0], ends[1]), max(ends[0], ends[1]))
    }

    private static func dimensions(_ fields: HeaderFields) throws(ImageError) -> [Int] {
        let count = fields.int16(40)
        guard (1...7).contains(count) else {
            throw .volume(detail: "broken NIfTI header: dim[0] is \(count), expected 1 to 7")
        }
        let all = (1...count).map { fields.int16(40 + 2 * $0) }
        if let wrong = all.firstIndex(where: { $0 < 1 }) {
            throw .volume(
                detail: "broken NIfTI header: dim[\(wrong + 1)] is \(all[wrong]), "
                    + "expected at least 1")
        }
        if let more = all.dropFirst(3).first(where: { $0 > 1 }) {
            throw .volume(
                detail: "a series of \(more) volumes (4-D); extract one volume first")
        }
        return (0..<3).map { $0 < all.count ? all[$0] : 1 }
    }

    private static func offset(_ fields: HeaderFields) throws(ImageError) -> Int {
        let offset = fields.float(108)
        if offset == 0 { return 352 }
        guard offset >= Float(size), offset <= 0x1p30 else {
            throw .volume(
                detail: "broken NIfTI header: vox_offset is \(offset), expected 352 or more")
        }
        return Int(offset)
    }

    private static func scaling(
        _ fields: HeaderFields
    ) throws(ImageError) -> (slope: Double, shift: Double)? {
        let (slope, shift) = (Double(fields.float(112)), Double(fields.float(116)))
        guard slope.isFinite, slope != 0 else { return nil }
        guard shift.isFinite else {
            throw .volume(detail: "broken NIfTI header: scl_inter is \(shift), expected a number")
        }
        return slope == 1 && shift == 0 ? nil : (slope, shift)
    }
}

/// The types of a stored voxel.
enum NiftiType: Int {
    case uint8 = 2
    case int16 = 4
    case int32 = 8
    case float32 = 16
    case float64 = 64
    case int8 = 256
    case uint16 = 512
    case uint32 = 768

    var size: Int {
        switch self {
        case .uint8, .int8: 1
        case .int16, .uint16: 2
        case .int32, .uint32, .float32: 4
        case .float64: 8
        }
    }

    /// What the bits of a whole number can express.
    var range: ClosedRange<Double>? {
        switch self {
        case .uint8: 0...255
        case .int8: -128...127
        case .uint16: 0...65535
        case .int16: -32768...32767
        case .uint32: 0...4_294_967_295
        case .int32: -2_147_483_648...2_147_483_647
        case .float32, .float64: nil
        }
    }

    static func of(code: Int) throws(ImageError) -> NiftiType {
        guard let type = NiftiType(rawValue: code) else {
            throw .volume(
                detail: "NIfTI datatype \(code) is not read (8, 16 or 32-bit integers, float32 "
                    + "and float64 are); convert the volume")
        }
        return type
    }
}

/// Numbers of a header at byte offsets, in the file's byte order.
struct HeaderFields {
    let bytes: UnsafeRawBufferPointer
    let swapped: Bool

    /// Finds the byte order and checks that this is a single-file NIfTI-1.
    init(_ bytes: UnsafeRawBufferPointer) throws(ImageError) {
        self.bytes = bytes
        let size = bytes.loadUnaligned(as: UInt32.self)
        swapped = UInt32(littleEndian: size) != 348
        let nifti2 = [UInt32(littleEndian: size), UInt32(bigEndian: size)].contains(540)
        if nifti2 { throw .volume(detail: "NIfTI-2 is not read; convert the volume to NIfTI-1") }
        guard !swapped || UInt32(bigEndian: size) == 348 else {
            throw .volume(detail: "not a NIfTI file (its first number is not 348)")
        }
        let magic = bytes[344..<348]
        if magic.elementsEqual(Array("ni1\0".utf8)) {
            throw .volume(detail: "the header of a .hdr/.img pair; convert it to one .nii file")
        }
        guard magic.elementsEqual(Array("n+1\0".utf8)) else {
            throw .volume(detail: "not a NIfTI-1 file (no \"n+1\" at byte 344)")
        }
    }

    func int16(_ offset: Int) -> Int {
        let raw = UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt16.self))
        return Int(Int16(bitPattern: swapped ? raw.byteSwapped : raw))
    }

    func float(_ offset: Int) -> Float {
        let raw = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
        return Float(bitPattern: swapped ? raw.byteSwapped : raw)
    }
}
