public import CambiumFiles

/// How a volume file (NIfTI) becomes pictures.
public struct VolumeReading: Sendable, Equatable {
    /// The plane it is cut in, whatever the order in which its voxels are stored.
    public var plane: Plane
    /// Which slices.
    public var slices: SliceChoice
    /// Whether axial and coronal slices are seen as radiologists see them, the patient's right on
    /// the left side of the picture (most DICOM); else the patient's left is on the left.
    public var isRadiological: Bool

    /// A reading; without arguments, all axial slices.
    public init(
        plane: Plane = .axial, slices: SliceChoice = .all, isRadiological: Bool = false
    ) {
        (self.plane, self.slices, self.isRadiological) = (plane, slices, isRadiological)
    }

    /// What stands in `dataset.json` under `volumes`.
    public var json: JSON {
        [
            "plane": .string(plane.rawValue), "slices": .string(slices.text),
            "convention": .string(isRadiological ? "radiological" : "neurological"),
        ]
    }
}
