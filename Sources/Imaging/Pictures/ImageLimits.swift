/// How large a picture may be before it is refused, checked on the header, before any
/// allocation that depends on it.
public struct ImageLimits: Sendable, Equatable {
    /// Width times height; the default is where Pillow raises its decompression bomb error.
    public var maxPixels: Int
    /// Bytes of the encoded file.
    public var maxBytes: Int

    /// Limits with Pillow's default for pixels and one gibibyte for the file.
    public init(maxPixels: Int = 178_956_970, maxBytes: Int = 1 << 30) {
        self.maxPixels = maxPixels
        self.maxBytes = maxBytes
    }

    func check(bytes: Int) throws(ImageError) {
        guard bytes <= maxBytes else { throw .tooManyBytes(count: bytes, limit: maxBytes) }
    }

    func check(width: Int, height: Int) throws(ImageError) {
        let (pixels, overflow) = width.multipliedReportingOverflow(by: height)
        guard !overflow, pixels <= maxPixels else {
            throw .tooManyPixels(width: width, height: height, limit: maxPixels)
        }
    }
}
