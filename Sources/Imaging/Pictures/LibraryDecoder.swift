internal import CCambiumImage

/// Decodes by the C functions of one format; those of all formats have the same shape.
struct LibraryDecoder {
    typealias Report = UnsafeMutablePointer<cimage_report>
    let format: ImageFormat
    let open:
        (UnsafePointer<UInt8>, Int, UnsafeMutablePointer<cimage_info>, Report) -> OpaquePointer?
    /// Makes the picture smaller while it is read, where the format can.
    var shrink: ((OpaquePointer, UInt32, UnsafeMutablePointer<cimage_info>) -> Void)?
    let read: (OpaquePointer, UnsafeMutablePointer<UInt8>?, Report) -> cimage_status
    /// Reads grey of 16 bits whole, where the format has it.
    var readDeep: ((OpaquePointer, UnsafeMutablePointer<UInt8>?, Report) -> cimage_status)?
    /// Reads the pixels with how opaque each is, where the format has it.
    var readAlpha: ((OpaquePointer, UnsafeMutablePointer<UInt8>?, Report) -> cimage_status)?
    let close: (OpaquePointer) -> Void

    /// The picture, upright where the reading asks.
    func decode(
        _ bytes: UnsafeRawBufferPointer, _ reading: ImageReading, _ limits: ImageLimits
    ) throws(ImageError) -> DecodedImage {
        try limits.check(bytes: bytes.count)
        let decoded = try stored(bytes, reading, limits)
        guard reading.exifOrientation else { return decoded }
        return DecodedImage(
            image: decoded.image.upright(ExifOrientation(of: bytes, format)), format: format,
            warning: decoded.warning)
    }

    private func stored(
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
        if info.has_alpha != 0, let readAlpha {
            let values = [UInt8](unsafeUninitializedCapacity: width * height * 4) { room, filled in
                filled = readAlpha(handle, room.baseAddress, &report) == CIMAGE_OK ? room.count : 0
            }
            guard report.status == CIMAGE_OK else { throw report.error(format, info) }
            let picture = TransparentPicture(values: values)
            return DecodedImage(
                image: RGBImage(
                    width: width, height: height, pixels: picture.pixels(reading.background)),
                format: format,
                warning: picture.isTransparent
                    ? ImageDecoder.transparency(reading.background)
                    : headerWarning ?? report.noticed)
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
