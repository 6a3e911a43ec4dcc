import CCambiumImage

/// RGB to JPEG, the bytes of `Image.save(f, "JPEG", quality=quality)` of Pillow 11: baseline,
/// 4:2:0, standard Huffman tables, a JFIF header without density.
public enum JPEGEncoder {
    /// The bytes of a JPEG file.
    /// - Parameter quality: libjpeg's scale, 1 to 100.
    /// - Throws: ``ImageError`` when a side exceeds 65,500 or the quality is out of range.
    public static func encode(
        _ image: RGBImage, quality: Int = 95
    ) throws(ImageError) -> [UInt8] {
        guard (1...100).contains(quality) else {
            throw .notEncodable(
                format: .jpeg, detail: "quality \(quality) is not in 1...100; choose 95 or so")
        }
        return try encoded(image, .jpeg) { pixels, width, height, out, count, report in
            cimage_jpeg_encode(pixels, width, height, Int32(quality), out, count, report)
        }
    }
}

/// RGB to PNG, 8 bits a channel, without loss.
public enum PNGEncoder {
    /// The bytes of a PNG file.
    /// - Throws: ``ImageError`` when a side exceeds libpng's limit of 1,000,000.
    public static func encode(_ image: RGBImage) throws(ImageError) -> [UInt8] {
        try encoded(image, .png) { pixels, width, height, out, count, report in
            cimage_png_encode(pixels, width, height, out, count, report)
        }
    }
}

private typealias Encode = (
    UnsafePointer<UInt8>?, UInt32, UInt32, UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>,
    UnsafeMutablePointer<Int>, UnsafeMutablePointer<cimage_report>
) -> cimage_status

private func encoded(
    _ image: RGBImage, _ format: ImageFormat, _ encode: Encode
) throws(ImageError) -> [UInt8] {
    guard let width = UInt32(exactly: image.width), let height = UInt32(exactly: image.height)
    else {
        throw .notEncodable(format: format, detail: "\(image.width) x \(image.height) pixels")
    }
    var out: UnsafeMutablePointer<UInt8>?
    var count = 0
    var report = cimage_report()
    let status = image.pixels.withUnsafeBufferPointer { pixels in
        encode(pixels.baseAddress, width, height, &out, &count, &report)
    }
    guard status == CIMAGE_OK, let out else {
        throw .notEncodable(
            format: format, detail: "\(report.sentence) (\(width) x \(height) pixels)")
    }
    defer { cimage_free(out) }
    return Array(UnsafeBufferPointer(start: out, count: count))
}
