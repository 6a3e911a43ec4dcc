/// The comment of a JPEG file, which Pillow carries over from the file it read to the one it
/// writes.
package enum JPEGComment {
    private static let mark: UInt8 = 0xFE

    /// The last comment before the picture itself; nil when there is none, or no JPEG.
    package static func last(in bytes: UnsafeRawBufferPointer) -> [UInt8]? {
        guard JPEGFormat().recognizes(bytes) else { return nil }
        var comment: [UInt8]?
        var place = 2
        while let segment = segment(bytes, at: place), segment.kind != 0xDA {
            if segment.kind == mark {
                comment = Array(bytes[(place + 4)..<segment.end])
            }
            place = segment.end
        }
        return comment
    }

    /// A JPEG file with a comment where libjpeg writes it: after the first segment.
    package static func inserting(_ comment: [UInt8], into jpeg: [UInt8]) -> [UInt8] {
        let length = comment.count + 2
        let end = jpeg.withUnsafeBytes { segment($0, at: 2)?.end }
        guard let end, length <= 0xFFFF else { return jpeg }
        let head = [0xFF, mark, UInt8(length >> 8), UInt8(length & 0xFF)]
        return jpeg[..<end] + head + comment + jpeg[end...]
    }

    /// The kind of the segment that begins at a place, and where it ends.
    private static func segment(
        _ bytes: UnsafeRawBufferPointer, at place: Int
    ) -> (kind: UInt8, end: Int)? {
        guard place + 4 <= bytes.count, bytes[place] == 0xFF else { return nil }
        let length = Int(bytes[place + 2]) << 8 | Int(bytes[place + 3])
        let end = place + 2 + length
        return length >= 2 && end <= bytes.count ? (bytes[place + 1], end) : nil
    }
}
