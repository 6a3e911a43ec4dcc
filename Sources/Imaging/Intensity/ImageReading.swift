/// How a file's bytes become 8-bit RGB pixels: the part of a preparation that a prediction must
/// repeat. It stands in `dataset.json` and travels to the bundle.
public struct ImageReading: Sendable, Equatable {
    /// Whether JPEG and PNG are turned upright by their EXIF orientation, as Pillow's
    /// `ImageOps.exif_transpose` does. Off by default, as in Pillow's own decoding.
    public var exifOrientation: Bool
    /// How more than 8 bits become 8.
    public var intensity: IntensityRecipe

    /// What stands behind transparent pixels.
    public var background = Background.keep

    /// Where the picture will be resized to this many pixels a side, a JPEG may be decoded at 1/2,
    /// 1/4 or 1/8 of its size, as long as that is no smaller (libjpeg's scaled decoding): faster,
    /// and not bit-identical to Pillow any more. Nil: exact. A prediction need not repeat it.
    public var shrinkTo: Int?

    /// A reading; without arguments, what Pillow's `Image.open(f).convert("RGB")` gives.
    public init(exifOrientation: Bool = false, intensity: IntensityRecipe = .auto) {
        (self.exifOrientation, self.intensity) = (exifOrientation, intensity)
    }

    /// What stands in files; how far a picture may be shrunk does not.
    enum CodingKeys: String, CodingKey {
        case exifOrientation = "exif_orientation"
        case intensity, background
    }
}
