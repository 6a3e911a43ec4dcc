import CambiumFiles

/// A three-dimensional picture from a NIfTI-1 file (`.nii`, `.nii.gz`, either byte order), with
/// its place in the scanner.
public struct NiftiVolume: Sendable {
    /// Voxels along each of the three axes.
    public let dimensions: [Int]
    /// Millimetres (as a rule) between voxels along each axis.
    public let voxelSizes: [Double]
    /// Three rows of `[R | t]`: voxel indices (i, j, k, 1) to millimetres to the right, to the
    /// front and up. From the header's sform, else its qform, else its voxel sizes alone.
    public let affine: [[Double]]
    /// `dimensions[0] * dimensions[1] * dimensions[2]` values, the first axis fastest, with the
    /// header's slope and intercept applied.
    public let voxels: [Float]
    /// What the header says of grey levels; nil for a volume that comes from no file.
    let levels: NiftiLevels?

    /// Reads a file. Sizes in the header are checked against the file before anything of their
    /// size is allocated.
    /// - Throws: ``ImageError`` when the file is missing, damaged or of a kind that is not read.
    public init(_ path: String) throws(ImageError) {
        let file: MappedFile
        do throws(FileError) {
            file = try MappedFile(path)
        } catch {
            throw .unreadable(detail: error.withoutPath)
        }
        self = try file.withBytes { bytes throws(ImageError) in try NiftiVolume(bytes: bytes) }
    }

    /// Reads the bytes of a file.
    /// - Throws: ``ImageError`` as ``init(_:)``.
    public init(bytes: UnsafeRawBufferPointer) throws(ImageError) {
        guard !bytes.isEmpty else { throw .empty }
        self =
            GzipReader.isGzip(bytes)
            ? try Self.packed(bytes) : try Self.plain(bytes)
    }

    /// A volume from values that are there already.
    /// - Precondition: three dimensions, whose product is the number of voxels; three rows of four.
    public init(dimensions: [Int], voxelSizes: [Double], affine: [[Double]], voxels: [Float]) {
        self.init(
            dimensions: dimensions, voxelSizes: voxelSizes, affine: affine, voxels: voxels,
            levels: nil)
    }

    private init(
        dimensions: [Int], voxelSizes: [Double], affine: [[Double]], voxels: [Float],
        levels: NiftiLevels?
    ) {
        precondition(dimensions.count == 3 && voxelSizes.count == 3, "three axes")
        precondition(dimensions.reduce(1, *) == voxels.count, "voxels fill the dimensions")
        precondition(affine.count == 3 && affine.allSatisfy { $0.count == 4 }, "3 x 4")
        self.dimensions = dimensions
        self.voxelSizes = voxelSizes
        self.affine = affine
        self.voxels = voxels
        self.levels = levels
    }

    private init(_ header: NiftiHeader, _ voxels: [Float]) {
        self.init(
            dimensions: header.dimensions, voxelSizes: header.voxelSizes, affine: header.affine,
            voxels: voxels, levels: NiftiLevels(header))
    }

    private static func plain(_ bytes: UnsafeRawBufferPointer) throws(ImageError) -> NiftiVolume {
        let header = try header(plain: bytes)
        let end = header.offset + header.bytes
        let stored = UnsafeRawBufferPointer(rebasing: bytes[header.offset..<end])
        let converter = VoxelConverter(header)
        let voxels = [Float](unsafeUninitializedCapacity: header.voxels) { buffer, filled in
            converter.convert(stored, to: buffer)
            filled = header.voxels
        }
        return NiftiVolume(header, voxels)
    }

    private static func packed(_ bytes: UnsafeRawBufferPointer) throws(ImageError) -> NiftiVolume {
        var reader = try GzipReader(bytes)
        let header = try header(packed: &reader, size: bytes.count)
        try reader.skip(header.offset - NiftiHeader.size)
        return NiftiVolume(header, try VoxelConverter(header).unpack(&reader))
    }

    /// The header of a file, checked against the file's size.
    /// - Throws: ``ImageError`` as ``init(_:)``.
    static func header(_ bytes: UnsafeRawBufferPointer) throws(ImageError) -> NiftiHeader {
        guard GzipReader.isGzip(bytes) else { return try header(plain: bytes) }
        var reader = try GzipReader(bytes)
        return try header(packed: &reader, size: bytes.count)
    }

    private static func header(
        plain bytes: UnsafeRawBufferPointer
    ) throws(ImageError) -> NiftiHeader {
        let header = try NiftiHeader(bytes)
        let end = header.offset + header.bytes
        guard end <= bytes.count else { throw tooShort(header, has: bytes.count, needs: end) }
        return header
    }

    private static func header(
        packed reader: inout GzipReader, size: Int
    ) throws(ImageError) -> NiftiHeader {
        let head = UnsafeMutableRawBufferPointer.allocate(
            byteCount: NiftiHeader.size, alignment: 8)
        defer { head.deallocate() }
        try reader.fill(head)
        let header = try NiftiHeader(UnsafeRawBufferPointer(head))
        let end = header.offset + header.bytes
        let most = size.multipliedReportingOverflow(by: GzipReader.largestRatio)
        guard most.overflow || end <= most.partialValue else {
            throw tooShort(header, has: most.partialValue, needs: end)
        }
        return header
    }

    private static func tooShort(_ header: NiftiHeader, has: Int, needs: Int) -> ImageError {
        .volume(
            detail: "the NIfTI header promises \(header.dimensions) voxels, \(needs) bytes, "
                + "but the file holds at most \(has); copy the file again")
    }
}

extension FileError {
    /// The sentence without the path, which the caller of an image reader adds itself.
    fileprivate var withoutPath: String {
        switch self {
        case .missing: "no such file; check the path"
        case .refused(let operation, _, let reason): "cannot \(operation): \(reason)"
        case .full: "no space left on the device"
        case .malformed(_, let reason): reason
        }
    }
}
