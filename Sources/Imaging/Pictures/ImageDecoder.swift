import CCambiumImage

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
/// depth, alpha and transparency dropped, CMYK by Pillow's formula, gamma and colour profiles
/// ignored, EXIF orientation too unless the reading asks.
///
/// It is stricter than Pillow where a picture would come out incomplete: image data that ends
/// at an early marker is an error here, grey rows there.
public enum ImageDecoder {
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
        try limits.check(bytes: bytes.count)
        guard let codec = Codec.of(format) else {
            return try DicomImage.decode(bytes, frame: frame, reading.intensity, limits)
        }
        let decoded = try codec.decode(bytes, reading, limits)
        guard reading.exifOrientation else { return decoded }
        return DecodedImage(
            image: decoded.image.upright(ExifOrientation(of: bytes, format)), format: format,
            warning: decoded.warning)
    }
}

/// The C functions of one format; both have the same shape.
private struct Codec {
    typealias Report = UnsafeMutablePointer<cimage_report>
    let format: ImageFormat
    let open:
        (UnsafePointer<UInt8>, Int, UnsafeMutablePointer<cimage_info>, Report) -> OpaquePointer?
    /// Makes the picture smaller while it is read, where the format can.
    var shrink: ((OpaquePointer, UInt32, UnsafeMutablePointer<cimage_info>) -> Void)?
    let read: (OpaquePointer, UnsafeMutablePointer<UInt8>?, Report) -> cimage_status
    /// Reads grey of 16 bits whole, where the format has it.
    var readDeep: ((OpaquePointer, UnsafeMutablePointer<UInt8>?, Report) -> cimage_status)?
    let close: (OpaquePointer) -> Void

    /// The codec of a format that C alone decodes.
    static func of(_ format: ImageFormat) -> Codec? {
        switch format {
        case .jpeg:
            Codec(
                format: format, open: { cimage_jpeg_open($0, $1, $2, $3) },
                shrink: { cimage_jpeg_shrink($0, $1, $1, $2) },
                read: { cimage_jpeg_read($0, $1, $2) }, close: { cimage_jpeg_close($0) })
        case .png:
            Codec(
                format: format, open: { cimage_png_open($0, $1, $2, $3) },
                read: { cimage_png_read($0, $1, $2) },
                readDeep: { cimage_png_read_deep($0, $1, $2) }, close: { cimage_png_close($0) })
        case .dicom: nil
        }
    }

    func decode(
        _ bytes: UnsafeRawBufferPointer, _ reading: ImageReading, _ limits: ImageLimits
    ) throws(ImageError) -> DecodedImage {
        guard let start = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else {
            throw .empty
        }
        var info = cimage_info()
        var report = cimage_report()
        guard let handle = open(start, bytes.count, &info, &report) else {
            throw report.error(format, info)
        }
        defer { close(handle) }
        try limits.check(width: Int(info.width), height: Int(info.height))
        if let side = reading.shrinkTo { shrink?(handle, UInt32(clamping: side), &info) }
        let (width, height) = (Int(info.width), Int(info.height))
        let headerWarning = report.noticed
        if info.sixteen_bit_grey != 0, reading.intensity != .auto, let readDeep {
            let values = [UInt8](unsafeUninitializedCapacity: width * height * 2) { room, filled in
                filled = readDeep(handle, room.baseAddress, &report) == CIMAGE_OK ? room.count : 0
            }
            guard report.status == CIMAGE_OK else { throw report.error(format, info) }
            let picture = DeepGrey(width: width, height: height, values: values)
            return DecodedImage(
                image: picture.image(reading.intensity), format: format,
                warning: headerWarning ?? report.noticed)
        }
        let pixels = [UInt8](unsafeUninitializedCapacity: width * height * 3) { buffer, filled in
            filled = read(handle, buffer.baseAddress, &report) == CIMAGE_OK ? buffer.count : 0
        }
        guard report.status == CIMAGE_OK else { throw report.error(format, info) }
        return DecodedImage(
            image: RGBImage(width: width, height: height, pixels: pixels), format: format,
            warning: info.sixteen_bit_grey != 0 ? Self.clipping : headerWarning ?? report.noticed)
    }

    private static let clipping =
        "16-bit grey: values above 255 are clipped to 255, as Pillow does; "
        + "window the image to 8 bits first if it uses more"
}
