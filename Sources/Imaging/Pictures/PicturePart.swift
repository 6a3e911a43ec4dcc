/// How files of several pictures are taken apart.
package struct PartsRequest: Sendable {
    /// How pixels are read.
    package let reading: ImageReading
    /// How volumes are cut.
    package let volumes: VolumeReading

    /// A request.
    package init(reading: ImageReading, volumes: VolumeReading) {
        (self.reading, self.volumes) = (reading, volumes)
    }
}

/// One of the pictures of a file of several: a frame, a slice.
package struct PicturePart: Sendable {
    /// A picture and what was noticed on the way.
    package typealias Picture = (image: RGBImage, warning: String?)

    /// What it adds to the file's name: `#frame_0001`.
    package let suffix: String
    /// Whether it is a slice of a volume.
    package let isSlice: Bool
    /// Reads it.
    package let read: @Sendable () throws(ImageError) -> Picture

    init(
        suffix: String, isSlice: Bool = false,
        read: @escaping @Sendable () throws(ImageError) -> Picture
    ) {
        (self.suffix, self.isSlice, self.read) = (suffix, isSlice, read)
    }

    /// `#` with a kind and a number counted from 0, which is written from 1 with four digits.
    static func suffix(_ kind: String, _ number: Int) -> String {
        let digits = "\(number + 1)"
        return "#\(kind)_" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
