/// What the first bytes of a file say it is; names and extensions are not trusted.
enum FileSignature {
    private static let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    private static let jpeg: [UInt8] = [0xFF, 0xD8, 0xFF]

    /// The picture format, or an error that names what stands there instead.
    static func format(of bytes: UnsafeRawBufferPointer) throws(ImageError) -> ImageFormat {
        guard !bytes.isEmpty else { throw .empty }
        if bytes.starts(with: jpeg) { return .jpeg }
        if bytes.starts(with: png) { return .png }
        if DicomFile.recognizes(bytes) { return .dicom }
        if NiftiPictures.recognizes(bytes) {
            _ = try NiftiPictures.count(bytes, .axial)
            throw .volume(
                detail: "a NIfTI volume where a picture is expected; `cambium prepare` makes "
                    + "slices of it")
        }
        throw .unrecognized(looksLike: guess(bytes))
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
        ([0x1F, 0x8B], 0, "gzip data"),
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
