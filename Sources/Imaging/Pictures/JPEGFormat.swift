internal import CCambiumImage

/// JPEG: libjpeg-turbo decodes.
struct JPEGFormat: FormatReader {
    let fileExtension = "jpg"

    func recognizes(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.starts(with: [0xFF, 0xD8, 0xFF])
    }

    func decode(
        _ bytes: UnsafeRawBufferPointer, _ reading: ImageReading, frame: Int?,
        _ limits: ImageLimits
    ) throws(ImageError) -> DecodedImage {
        try LibraryDecoder(
            format: .jpeg, open: { cimage_jpeg_open($0, $1, $2, $3) },
            shrink: { cimage_jpeg_shrink($0, $1, $1, $2) },
            read: { cimage_jpeg_read($0, $1, $2) }, close: { cimage_jpeg_close($0) }
        ).decode(bytes, reading, limits)
    }
}
