/// What the first bytes of a file say it is; names and extensions are not trusted.
package enum FileSignature {
    /// The picture format, or an error that names what stands there instead.
    static func format(of bytes: UnsafeRawBufferPointer) throws(ImageError) -> ImageFormat {
        guard !bytes.isEmpty else { throw .empty }
        guard let format = ImageFormat.allCases.first(where: { $0.reader.recognizes(bytes) })
        else { throw .unrecognized(looksLike: guess(bytes)) }
        return format
    }

    static let gzip: [UInt8] = [0x1F, 0x8B]

    /// Whether bytes may begin a volume: packed data, or the length that a NIfTI header begins
    /// with, in either byte order.
    package static func mayBeVolume(_ bytes: [UInt8]) -> Bool {
        bytes.starts(with: gzip) || bytes.starts(with: [0x5C, 0x01, 0, 0])
            || bytes.starts(with: [0, 0, 0x01, 0x5C])
    }

    private static let others: [(prefix: [UInt8], offset: Int, name: String)] = [
        (Array("GIF8".utf8), 0, "a GIF"),
        (Array("BM".utf8), 0, "a BMP"),
        ([0x49, 0x49, 0x2A, 0x00], 0, "a TIFF"),
        ([0x4D, 0x4D, 0x00, 0x2A], 0, "a TIFF"),
        (Array("WEBP".utf8), 8, "a WebP"),
        (Array("ftyp".utf8), 4, "a HEIF, AVIF or MP4"),
        ([0x00, 0x00, 0x00, 0x0C, 0x6A, 0x50], 0, "a JPEG 2000"),
        (Array("%PDF".utf8), 0, "a PDF"),
        (gzip, 0, "gzip data"),
        (Array("PK".utf8), 0, "a zip archive"),
    ]

    private static func guess(_ bytes: UnsafeRawBufferPointer) -> String {
        for other in others where bytes.dropFirst(other.offset).starts(with: other.prefix) {
            return other.name
        }
        let head = bytes.prefix(512)
        let printable = head.allSatisfy { $0 >= 0x20 && $0 != 0x7F || (9...13).contains($0) }
        if printable,
            String(validating: head.dropLast(head.count > 500 ? 8 : 0), as: UTF8.self) != nil
        {
            return "text"
        }
        return head.allSatisfy { $0 == 0 } ? "zeros only" : "unknown binary data"
    }
}
