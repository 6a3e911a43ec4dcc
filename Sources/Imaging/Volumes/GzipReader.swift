import CCambiumImage

/// Gzip data unpacked piece by piece, so that no more memory is used than was asked for, whatever
/// the data would unpack to.
struct GzipReader: ~Copyable {
    private let handle: OpaquePointer

    /// Deflate cannot do better than this, which bounds what a file of known size can hold.
    static let largestRatio = 1032

    static func isGzip(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.starts(with: FileSignature.gzip)
    }

    /// Starts on bytes that must outlive the reader.
    init(_ bytes: UnsafeRawBufferPointer) throws(ImageError) {
        var report = cimage_report()
        guard
            let handle = cimage_gzip_open(
                bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count, &report)
        else { throw .outOfMemory(detail: "unpacking gzip data") }
        self.handle = handle
    }

    deinit { cimage_gzip_close(handle) }

    /// Fills the whole buffer.
    /// - Throws: ``ImageError`` when the data is damaged or ends before the buffer is full.
    mutating func fill(_ buffer: UnsafeMutableRawBufferPointer) throws(ImageError) {
        guard let start = buffer.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
        var report = cimage_report()
        var filled = 0
        let status = cimage_gzip_read(handle, start, buffer.count, &filled, &report)
        if status == CIMAGE_NO_MEMORY { throw .outOfMemory(detail: "unpacking gzip data") }
        guard status == CIMAGE_OK else {
            throw .volume(
                detail: "damaged gzip data: \(report.sentence) (byte \(report.offset)); "
                    + "copy the file again")
        }
        guard filled == buffer.count else {
            throw .volume(
                detail: "the unpacked data ends \(buffer.count - filled) bytes before the volume "
                    + "does; copy the file again")
        }
    }

    /// Passes over bytes.
    mutating func skip(_ count: Int) throws(ImageError) {
        var buffer = [UInt8](repeating: 0, count: min(count, 1 << 16))
        var left = count
        while left > 0 {
            let step = min(left, buffer.count)
            var failure: ImageError?
            buffer.withUnsafeMutableBytes { bytes in
                do throws(ImageError) {
                    try fill(UnsafeMutableRawBufferPointer(rebasing: bytes[..<step]))
                } catch { failure = error }
            }
            if let failure { throw failure }
            left -= step
        }
    }
}
