internal import CCambiumImage

/// PNG: libpng decodes.
struct PNGFormat: FormatReader {
    let fileExtension = "png"
    private static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

    func recognizes(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.starts(with: Self.signature)
    }

    /// What follows the name is there to show that line breaks were changed on the way.
    func claims(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.starts(with: Self.signature.prefix(4))
    }

    func decode(
        _ bytes: UnsafeRawBufferPointer, _ reading: ImageReading, frame: Int?,
        _ limits: ImageLimits
    ) throws(ImageError) -> DecodedImage {
        try LibraryDecoder(
            format: .png, open: { cimage_png_open($0, $1, $2, $3) },
            read: { cimage_png_read($0, $1, $2) },
            readDeep: { cimage_png_read_deep($0, $1, $2) },
            readAlpha: { cimage_png_read_alpha($0, $1, $2) }, close: { cimage_png_close($0) }
        ).decode(bytes, reading, limits)
    }
}
