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
}

/// What stands in `dataset.json` under `volumes`, which nobody reads back.
extension VolumeReading: Encodable {
    private enum CodingKeys: CodingKey { case plane, slices, convention }

    /// Writes the words that the command's options have.
    public func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: CodingKeys.self)
        try members.encode(plane.rawValue, forKey: .plane)
        try members.encode(slices.text, forKey: .slices)
        try members.encode(isRadiological ? "radiological" : "neurological", forKey: .convention)
    }
}
