public import CambiumImaging

/// Images by number, wherever they lie: a split of a data set, a folder, a list of files.
public protocol ImageSource: Sendable {
    /// Images.
    var count: Int { get }
    /// The name of an image, unique in the source.
    func key(_ row: Int) throws(CorpusError) -> String
    /// The encoded file (JPEG or PNG).
    func bytes(_ row: Int) throws(CorpusError) -> [UInt8]
    /// The picture of an image. What a data set holds was read by a recipe before: only files that
    /// lie as they came follow `reading`.
    func image(_ row: Int, _ reading: ImageReading?) throws(CorpusError) -> RGBImage
    /// What is known of an image's class, or nil.
    func label(_ row: Int) -> RowLabel?
}

extension ImageSource {
    /// The picture of an image of a data set.
    public func image(_ row: Int, _ reading: ImageReading?) throws(CorpusError) -> RGBImage {
        let bytes = try bytes(row)
        do throws(ImageError) {
            return try ImageDecoder.decode(bytes).image
        } catch {
            throw .image(key: try key(row), reason: error.description)
        }
    }
}
