internal import CambiumFiles
public import CambiumImaging

/// What is embedded.
public enum EmbeddingInput: Sendable {
    /// A table (`*_images.tsv`), a folder of images, or image files.
    case images([String])
    /// A file with one text a line; each line is its own key.
    case texts(String)

    /// The lines of a file.
    static func texts(of path: String) throws -> [String] {
        try Paths.requireFile(path)
        // Swift takes CR LF as one character.
        let texts = try FileSystem.readText(path)
            .split { $0 == "\n" || $0 == "\r\n" }.map(String.init)
        guard !texts.isEmpty else { throw UsageError("\(path): holds no text") }
        return texts
    }

    /// A text as the key of its row.
    static func key(_ text: String) -> String {
        text.split(separator: "\t").joined(separator: " ")
    }
}

/// What is asked for of how files become pixels, over what is known of them.
public struct ReadingChoice: Sendable {
    /// How grey levels are found, nil where nothing is asked for.
    public var intensity: IntensityRecipe?
    /// Whether JPEG and PNG are turned upright by their EXIF orientation.
    public var exifOrientation = false

    /// What stands behind transparent pixels, nil where nothing is asked for.
    public var background: Background?

    /// Nothing is asked for.
    public init() {}

    /// The reading; nil where neither side says anything.
    public func reading(elseOf known: ImageReading?) -> ImageReading? {
        guard intensity != nil || exifOrientation || background != nil || known != nil else {
            return nil
        }
        var reading = known ?? ImageReading()
        reading.intensity = intensity ?? reading.intensity
        reading.exifOrientation = reading.exifOrientation || exifOrientation
        reading.background = background ?? reading.background
        return reading
    }
}
