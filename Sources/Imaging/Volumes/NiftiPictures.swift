/// The slices of a NIfTI file as pictures. Voxels stay in the order of the file; a slice is
/// gathered along the axes that the header's orientation names.
package struct NiftiPictures: Sendable {
    private let volume: NiftiVolume
    private let orientation: Orientation
    private let map: GreyMap
    /// What should be known about all pictures, or nil.
    package let warning: String?

    /// Whether bytes look like a NIfTI file (version 1 or 2, or the header of a pair), packed or
    /// not.
    package static func recognizes(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard GzipReader.isGzip(bytes) else { return hasMagic(bytes) }
        var head = [UInt8](repeating: 0, count: NiftiHeader.size)
        return head.withUnsafeMutableBytes { room in
            guard var reader = try? GzipReader(bytes), (try? reader.fill(room)) != nil else {
                return false
            }
            return hasMagic(UnsafeRawBufferPointer(room))
        }
    }

    private static func hasMagic(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard bytes.count >= NiftiHeader.size else { return false }
        let first = bytes[344..<347]
        return first.elementsEqual(Array("n+1".utf8)) || first.elementsEqual(Array("ni1".utf8))
            || bytes[4..<7].elementsEqual(Array("n+2".utf8))
            || bytes[4..<7].elementsEqual(Array("ni2".utf8))
    }

    /// How many slices a file has in a plane, from its header alone.
    /// - Throws: ``ImageError`` when the file is damaged or of a kind that is not read.
    package static func count(
        _ bytes: UnsafeRawBufferPointer, _ plane: Plane
    ) throws(ImageError) -> Int {
        let header = try NiftiVolume.header(bytes)
        let orientation = try Orientation(header.affine)
        return header.dimensions[orientation.source(of: plane.axis)]
    }

    /// Reads a file.
    /// - Throws: ``ImageError`` when it cannot be read, or the recipe does not fit its values.
    package init(_ path: String, _ recipe: IntensityRecipe) throws(ImageError) {
        volume = try NiftiVolume(path)
        orientation = try Orientation(volume.affine)
        (map, warning) = try volume.map(recipe)
    }

    /// One slice, upright: front (axial) or up (coronal, sagittal) is the top row. The left column
    /// is back in a sagittal slice; in others it is the patient's left, or right where the reading
    /// is radiological.
    /// - Parameter index: counted from 0, rising to the right, to the front or up.
    package func image(_ index: Int, _ reading: VolumeReading) throws(ImageError) -> RGBImage {
        let axes = (0..<3).filter { $0 != reading.plane.axis }
        let (across, rows, columns) = (
            line(reading.plane.axis), line(axes[1]), line(axes[0])
        )
        guard (0..<across.count).contains(index) else {
            throw .volume(detail: "\(across.count) slices, no slice \(index + 1)")
        }
        let isMirrored = reading.isRadiological && reading.plane != .sagittal
        let origin = [across, rows, columns].reduce(index * across.step) { $0 + $1.start }
        var greys: [UInt8] = []
        greys.reserveCapacity(rows.count * columns.count)
        for row in (0..<rows.count).reversed() {
            for place in 0..<columns.count {
                let column = isMirrored ? columns.count - 1 - place : place
                let voxel = volume.voxels[origin + row * rows.step + column * columns.step]
                greys.append(voxel.isNaN ? 0 : map.grey(Double(voxel)))
            }
        }
        return RGBImage(width: columns.count, height: rows.count, grey: greys)
    }

    /// The voxels along an anatomical axis: how many, how far apart they are stored, and what the
    /// first one adds to the place of a voxel.
    private func line(_ axis: Int) -> (count: Int, step: Int, start: Int) {
        let source = orientation.source(of: axis)
        let count = volume.dimensions[source]
        let stride = volume.dimensions[..<source].reduce(1, *)
        return orientation.flipped[source]
            ? (count, -stride, (count - 1) * stride) : (count, stride, 0)
    }
}

extension Orientation {
    /// The voxel axis that runs along an anatomical axis.
    fileprivate func source(of axis: Int) -> Int { targets.firstIndex(of: axis) ?? axis }
}
