/// The three ways to cut a head: each is named by the axis it runs across.
public enum Plane: String, Sendable, CaseIterable {
    /// Across the left-right axis.
    case sagittal
    /// Across the back-front axis.
    case coronal
    /// Across the foot-head axis.
    case axial

    /// The axis of an RAS volume that the plane cuts.
    public var axis: Int {
        switch self {
        case .sagittal: 0
        case .coronal: 1
        case .axial: 2
        }
    }
}

/// One cut through a volume, as it is looked at.
public struct VolumeSlice: Sendable, Equatable {
    /// Values in a row.
    public let width: Int
    /// Rows.
    public let height: Int
    /// `[height, width]`, from the top.
    public let values: [Float]
}

extension NiftiVolume {
    /// One cut, upright: `numpy.rot90` of the array's slice. The volume must be in RAS
    /// (``reorientedToRAS()``) for the names to be true.
    ///
    /// The top row is up (sagittal, coronal) or front (axial). The left column is back in a
    /// sagittal cut; in coronal and axial cuts it is the patient's own left (neurological
    /// convention; radiological viewers mirror these two).
    /// - Precondition: `index` is below the number of voxels across the plane.
    public func slice(_ plane: Plane, _ index: Int) -> VolumeSlice {
        let axis = plane.axis
        precondition((0..<dimensions[axis]).contains(index), "the slice is in the volume")
        let strides = [1, dimensions[0], dimensions[0] * dimensions[1]]
        let kept = (0..<3).filter { $0 != axis }
        let (width, height) = (dimensions[kept[0]], dimensions[kept[1]])
        var values: [Float] = []
        values.reserveCapacity(width * height)
        for row in 0..<height {
            let start = index * strides[axis] + (height - 1 - row) * strides[kept[1]]
            for column in 0..<width { values.append(voxels[start + column * strides[kept[0]]]) }
        }
        return VolumeSlice(width: width, height: height, values: values)
    }
}
