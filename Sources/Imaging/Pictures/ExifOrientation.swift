/// How a camera was held: the orientation tag of EXIF, 1 (upright) to 8, read as Pillow 11's
/// `ImageOps.exif_transpose` reads it. A tag that is damaged or out of range counts as upright.
struct ExifOrientation {
    /// 1 to 8.
    let value: Int

    private static let tag = 0x0112
    private static let exifName: [UInt8] = Array("Exif\0\0".utf8)

    /// The orientation of a JPEG or PNG.
    init(of bytes: UnsafeRawBufferPointer, _ format: ImageFormat) {
        let found = format == .jpeg ? Self.inJPEG(bytes) : Self.inPNG(bytes)
        value = found.flatMap { (1...8).contains($0) ? $0 : nil } ?? 1
    }

    /// In the APP1 segments in front of the picture, their parts joined. What XMP says does not
    /// count for a JPEG, as in Pillow 11.
    private static func inJPEG(_ bytes: UnsafeRawBufferPointer) -> Int? {
        var exif: [UInt8] = []
        var position = 2
        while let (marker, body) = segment(bytes, &position), marker != 0xDA {
            guard marker == 0xE1, body.starts(with: exifName) else { continue }
            exif += body.dropFirst(exifName.count)
        }
        return inTIFF(exif)
    }

    /// The next marker with what it holds; nil where no marker follows.
    private static func segment(
        _ bytes: UnsafeRawBufferPointer, _ position: inout Int
    ) -> (marker: UInt8, body: Slice<UnsafeRawBufferPointer>)? {
        guard position + 4 <= bytes.count, bytes[position] == 0xFF else { return nil }
        while position + 4 <= bytes.count, bytes[position + 1] == 0xFF { position += 1 }
        guard position + 4 <= bytes.count else { return nil }
        let length = Int(bytes[position + 2]) << 8 | Int(bytes[position + 3])
        let start = position + 4
        guard length >= 2, start + length - 2 <= bytes.count else { return nil }
        let marker = bytes[position + 1]
        position = start + length - 2
        return (marker, bytes[start..<position])
    }

    /// In the eXIf chunk, before or after the picture.
    private static func inPNG(_ bytes: UnsafeRawBufferPointer) -> Int? {
        var position = 8
        while position + 12 <= bytes.count {
            let length = bytes[position..<position + 4].reduce(0) { $0 << 8 | Int($1) }
            let start = position + 8
            guard length <= bytes.count - start - 4 else { return nil }
            let name = bytes[position + 4..<start]
            if name.elementsEqual("eXIf".utf8) {
                return inTIFF(Array(bytes[start..<start + length]))
            }
            position = start + length + 4
        }
        return nil
    }

    /// In the first directory of a TIFF structure.
    private static func inTIFF(_ tiff: [UInt8]) -> Int? {
        let isLittle = tiff.starts(with: [0x49, 0x49, 0x2A, 0x00])
        guard isLittle || tiff.starts(with: [0x4D, 0x4D, 0x00, 0x2A]) else { return nil }
        func number(_ offset: Int, _ size: Int) -> Int? {
            guard offset >= 0, offset <= tiff.count - size else { return nil }
            let part = tiff[offset..<offset + size]
            let digits = isLittle ? Array(part.reversed()) : Array(part)
            return digits.reduce(0) { $0 << 8 | Int($1) }
        }
        guard let directory = number(4, 4), let count = number(directory, 2) else { return nil }
        var found: Int?
        for index in 0..<count {
            let entry = directory + 2 + 12 * index
            guard number(entry, 12 - 4) != nil, number(entry + 8, 4) != nil else { break }
            guard number(entry, 2) == tag, number(entry + 4, 4) == 1 else { continue }
            // SHORT and LONG hold a whole number; Pillow takes no other for one.
            let sizes = [3: 2, 4: 4]
            guard let size = number(entry + 2, 2).flatMap({ sizes[$0] }) else { continue }
            found = number(entry + 8, size)
        }
        return found
    }

}

extension RGBImage {
    /// The picture as it was seen: mirrored and turned so that the orientation becomes 1.
    func upright(_ orientation: ExifOrientation) -> RGBImage {
        guard orientation.value > 1 else { return self }
        let swaps = orientation.value >= 5
        let (right, bottom) = (width - 1, height - 1)
        // Where the output's pixel (x, y) stands in the input.
        let place: (Int, Int) -> (x: Int, y: Int) =
            switch orientation.value {
            case 2: { (right - $0, $1) }
            case 3: { (right - $0, bottom - $1) }
            case 4: { ($0, bottom - $1) }
            case 5: { ($1, $0) }
            case 6: { ($1, bottom - $0) }
            case 7: { (right - $1, bottom - $0) }
            default: { (right - $1, $0) }
            }
        let size = swaps ? (width: height, height: width) : (width: width, height: height)
        return RGBImage(width: size.width, height: size.height) { out in
            var next = 0
            for y in 0..<size.height {
                for x in 0..<size.width {
                    let from = place(x, y)
                    let source = (from.y * width + from.x) * 3
                    for channel in 0..<3 { out[next + channel] = pixels[source + channel] }
                    next += 3
                }
            }
        }
    }
}
