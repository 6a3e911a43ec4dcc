public import CambiumImaging

/// Small pictures side by side in one JPEG: a thousand of them cost a page one image.
public struct ThumbnailSheet: Sendable {
    /// The number of a key's picture.
    let tiles: [String: Int]
    /// Pictures a row of the sheet.
    let columns: Int
    /// Sides of a picture in pixels.
    let side: Int
    /// The sheet.
    let jpeg: [UInt8]

    /// No page carries more pictures.
    public static let limit = 4000

    /// Lays pictures out; nil where there is none.
    /// - Parameters:
    ///   - keys: whose pictures; a key is drawn once, and no more than ``limit``.
    ///   - image: the picture of a key, nil where it has none.
    /// - Throws: `ImageError` when the sheet cannot be encoded.
    public init?(
        keys: [String], image: (String) throws -> RGBImage?
    ) throws {
        var seen: Set<String> = []
        let unique = keys.filter { seen.insert($0).inserted }.prefix(Self.limit)
        side = unique.count > 1500 ? 64 : 88
        columns = max(1, min(40, unique.count))
        var (tiles, pictures): ([String: Int], [RGBImage]) = ([:], [])
        for key in unique {
            guard let picture = try image(key) else { continue }
            tiles[key] = pictures.count
            pictures.append(picture.fitted(side: side, enlarges: true))
        }
        guard !pictures.isEmpty else { return nil }
        self.tiles = tiles
        let sheet = Self.sheet(pictures, columns: columns, side: side)
        jpeg = try JPEGEncoder.encode(sheet, quality: 62)
    }

    private static func sheet(_ pictures: [RGBImage], columns: Int, side: Int) -> RGBImage {
        let (width, rows) = (columns * side, (pictures.count + columns - 1) / columns)
        var pixels = [UInt8](repeating: 0, count: width * rows * side * 3)
        for (index, picture) in pictures.enumerated() {
            let left = index % columns * side + (side - picture.width) / 2
            let top = index / columns * side + (side - picture.height) / 2
            for y in 0..<picture.height {
                let (from, to) = (y * picture.width * 3, ((top + y) * width + left) * 3)
                pixels.replaceSubrange(
                    to..<to + picture.width * 3,
                    with: picture.pixels[from..<from + picture.width * 3])
            }
        }
        return RGBImage(width: width, height: rows * side, pixels: pixels)
    }
}
