/// A decoded picture and what was noticed on the way.
public struct DecodedImage: Sendable {
    /// The pixels, RGB.
    public let image: RGBImage
    /// The format of the bytes it came from.
    public let format: ImageFormat
    /// Something the user should know although the picture is complete, or nil.
    public let warning: String?
}

/// Bytes of a JPEG, PNG or DICOM to RGB. JPEG and PNG become what
/// `Image.open(f).convert("RGB")` of Pillow 11 gives, to the last bit: every colour type and
/// depth, alpha and transparency dropped unless the reading names a background, CMYK by Pillow's formula, gamma and colour profiles
/// ignored, EXIF orientation too unless the reading asks.
///
/// It is stricter than Pillow where a picture would come out incomplete: image data that ends
/// at an early marker is an error here, grey rows there.
public enum ImageDecoder {
    /// What is said of a picture that has transparent pixels.
    public static func transparency(_ background: Background) -> String {
        background == .keep
            ? "has transparent pixels, whose hidden colours are shown; --background white (black, "
                + "#rrggbb) puts a colour behind them"
            : "has transparent pixels: \(background.text) is put behind them (--background keep "
                + "shows their hidden colours)"
    }

    /// Decodes a file's bytes.
    /// - Throws: ``ImageError`` for anything but a complete picture within `limits`.
    public static func decode(
        _ bytes: [UInt8], reading: ImageReading = .init(), limits: ImageLimits = .init()
    ) throws(ImageError) -> DecodedImage {
        let result = bytes.withUnsafeBytes { raw in
            Result { () throws(ImageError) in try decode(raw, reading: reading, limits: limits) }
        }
        return try result.get()
    }

    /// Decodes a file's bytes where they lie, for example in a mapped file.
    /// - Parameter frame: which frame of a DICOM file, counted from 0; nil where it has but one.
    /// - Throws: ``ImageError`` for anything but a complete picture within `limits`.
    public static func decode(
        _ bytes: UnsafeRawBufferPointer, reading: ImageReading = .init(), frame: Int? = nil,
        limits: ImageLimits = .init()
    ) throws(ImageError) -> DecodedImage {
        let format = try FileSignature.format(of: bytes)
        return try format.reader.decode(bytes, reading, frame: frame, limits)
    }
}
